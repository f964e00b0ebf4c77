/**
 * Runs in the framework's process before the framework: it binds servers that name no host to 127.0.0.1, tells the
 * parent which port was given, and answers the parent for as long as the event loop turns.
 *
 * - The framework has no host option and calls `listen("0", callback)`: it passes the command line's port on as the
 *   string it was. User code that listens writes a number, so its own servers are not taken for the framework's.
 * - `process.send` and `process.execArgv` are hidden, as neither exists on the platform; an inherited `--import` would
 *   also reach the user's own child processes. Worker threads inherit it all the same, hence `isMainThread`.
 * - The channel does not keep the process alive, and a vanished parent ends it, so a killed test run leaves no orphan
 *   (but one whose code blocks its event loop).
 */
const source = `
import net from "node:net";
import { isMainThread } from "node:worker_threads";
if (isMainThread) {
  const tell = process.send.bind(process);
  process.send = undefined;
  process.execArgv.length = 0;
  process.on("message", () => tell("here"));
  process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
  process.channel.unref();
  const host = "127.0.0.1";
  const listen = net.Server.prototype.listen;
  net.Server.prototype.listen = function (...args) {
    const [first, second] = args;
    if (first === "0") this.once("listening", () => tell({ port: this.address().port }));
    if (typeof first === "number" || (typeof first === "string" && /^[0-9]+$/.test(first))) {
      if (typeof second !== "string") args.splice(1, 0, host);
    } else if (first?.port !== undefined && !first.host) {
      args[0] = { ...first, host };
    }
    return listen.apply(this, args);
  };
}
`;

/** For `node --import=…`: a URL and not a file, so that it is there from the sources and from the built package alike. */
export const loopbackOnly = `data:text/javascript,${encodeURIComponent(source)}`;

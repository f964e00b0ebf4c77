/** A server in a process of its own, on a port that was free a moment ago. */
import { spawn } from "node:child_process";
import { createServer, connect } from "node:net";

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { readonly port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
const startLimitMs = 20_000;

/** Resolves once the port answers. Rejects, with what the process wrote, where it ends before. */
export async function serve(file: string, args: readonly string[], port: number, env: Readonly<Record<string, string>> = {}): Promise<{ stop(): Promise<void> }> {
  const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk) => (output += String(chunk)));
  child.stderr.on("data", (chunk) => (output += String(chunk)));
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const answers = () => new Promise<boolean>((resolve) => {
    const socket = connect(port, "127.0.0.1", () => (socket.destroy(), resolve(true)));
    socket.once("error", () => resolve(false));
  });
  const began = Date.now();
  while (!(await answers())) {
    if (child.exitCode !== null || Date.now() - began > startLimitMs) {
      child.kill("SIGKILL");
      throw new Error(`${file} does not answer on ${port}:\n${output}`);
    }
    await new Promise((resolve) => void setTimeout(resolve, 25));
  }
  return {
    async stop() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** `isobar decode`: what captured payloads mean. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { IsobarError, type TriggerKind } from "@isobar/core";
import type { Wire } from "@isobar/core/adapter";
import { loadCloud } from "../adapters.ts";
import type { Line } from "../decode/spell.ts";
import type { Command } from "./command.ts";
import { table } from "./table.ts";

function wireFor(wires: readonly Wire[], cloud: string, kind: string, variant: string | undefined): Wire {
  const own = wires.filter((wire) => wire.kind === kind);
  if (own.length === 0) throw new IsobarError("invalid-definition", `${cloud} has no kind ${JSON.stringify(kind)}; it has ${[...new Set(wires.map((wire) => wire.kind))].join(", ")}`);
  const wire = variant === undefined ? own[0] : own.find((each) => each.variant === variant);
  if (wire === undefined) throw new IsobarError("invalid-definition", `${cloud} has no variant ${JSON.stringify(variant)} of ${kind}; it has ${own.map((each) => each.variant).join(", ")}`);
  return wire;
}

/** The variants that would have read a payload: said to its user, who may have meant another wire, and never acted on. */
async function readBy(wires: readonly Wire[], captured: unknown): Promise<readonly string[]> {
  const found: string[] = [];
  for (const wire of wires) {
    try {
      const decoded = await wire.decode(captured);
      if ("request" in decoded || (decoded.items.length > 0 && decoded.items.every((item) => "deliveries" in item))) found.push(wire.variant);
    } catch {
      // It is not of this wire either.
    }
  }
  return found;
}

/** A captured payload. Throws `invalid-native-event` for what is no JSON, `invalid-definition` for no file. */
function captureIn(path: string): unknown {
  if (!existsSync(path)) throw new IsobarError("invalid-definition", `there is no ${path}`);
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new IsobarError("invalid-native-event", `not JSON: ${(cause as Error).message}`, { cause });
  }
}

export const decode: Command = {
  usage: "isobar decode --cloud NAME --kind KIND [--variant NAME] [--runtime] FILE…",
  summary: "Tell what captured payloads mean, one line of JSON for each file",
  help: `--cloud NAME    whose payloads they are
--kind KIND     what they start: ${(["http", "queue", "topic", "storage", "schedule", "changes", "stream", "bus", "logs", "call"] satisfies TriggerKind[]).join(", ")}
--variant NAME  which of the kind's wires; default: the kind's own. Nothing is guessed from a payload; --cloud alone lists them all
--runtime       send them through the cloud's own runtime, in a process of its own, instead of calling the codec
FILE…           captured payloads, JSON

A line is {"file", "ok": true, "items": [{"id", "deliveries": [{"id", "attempt", "event"}]}]}, for http {"file", "ok": true, "request"}, or {"file", "ok": false, "code", "message"}. A body without a channel to say its format is shown as JSON where it is JSON, else as text, else as data_base64. Exits 0 when every file was decoded, 1 when one was refused.`,
  options: { cloud: { type: "string" }, kind: { type: "string" }, variant: { type: "string" }, runtime: { type: "boolean" } },
  maxPositionals: Number.POSITIVE_INFINITY,
  async run({ positionals: files, values, cwd, say }) {
    const { cloud, kind, variant, runtime = false } = values as { readonly cloud?: string; readonly kind?: string; readonly variant?: string; readonly runtime?: boolean };
    if (cloud !== undefined && kind === undefined && files.length === 0) {
      const { wires } = await loadCloud(cloud, cwd);
      for (const line of table([["kind", "variant", "path"], ...wires.map((wire) => [wire.kind, wire.variant, wire.service])])) say(line);
      return 0;
    }
    if (cloud === undefined || kind === undefined || files.length === 0) throw new IsobarError("invalid-definition", `decode needs --cloud, --kind and files: ${decode.usage}`);
    const door = await loadCloud(cloud, cwd);
    const { wires } = door;
    const wire = wireFor(wires, cloud, kind, variant);
    // Loaded on demand: these bring the conformance app and the runtimes' harnesses, which no other command needs.
    const { refusal, spelled } = await import("../decode/spell.ts");
    const through = runtime ? (await import("../decode/runtime.ts")).throughRuntime : undefined;
    const decoder = through === undefined ? { decode: async (captured: unknown) => spelled(wire, await wire.decode(captured)), stop: async () => {} } : await through(wire, cloud, door);
    let refused = 0;
    try {
      for (const file of files) {
        let line: Line;
        let captured: unknown;
        try {
          captured = captureIn(resolve(cwd, file));
          line = await decoder.decode(captured);
        } catch (error) {
          line = refusal(error);
        }
        if (!line.ok) {
          refused++;
          const others = captured === undefined ? [] : await readBy(wires.filter((each) => each.kind === wire.kind && each !== wire), captured);
          if (others.length > 0) line = { ...line, message: `${line.message} (it is of ${wire.kind} by ${others.join(" or ")}: --variant ${others[0]!})` };
        }
        say(JSON.stringify({ file, ...line }));
      }
    } finally {
      await decoder.stop();
    }
    return refused === 0 ? 0 : 1;
  },
};

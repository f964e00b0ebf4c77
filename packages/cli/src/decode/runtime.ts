/** Captured payloads through the cloud's own runtime: sent to a function of their kind that tells what it saw. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { loadAdapters, type CloudDoor } from "../adapters.ts";
import { IsobarError, type AsynchronousKind } from "@isobar/core";
import type { Seen, Wire } from "@isobar/core/adapter";
import { echoFunction, echoFunctions, startApp, type Echoed, type SeenEvent, type Subject, type WrittenEffect } from "@isobar/conformance/lab";
import { shownBody, type Line, type ShownItem } from "./spell.ts";

/** What the runtime said where nothing was handed to a handler. */
const said = (seen: Seen): string => ("threw" in seen ? seen.threw.message : "returned" in seen ? "the runtime answered without running the handler" : JSON.stringify(seen));

function eventIn({ body }: WrittenEffect, kind: AsynchronousKind): ShownItem {
  const { by: _, coldStart: _cold, attempt, time, data, subject, ...event } = JSON.parse(body as string) as SeenEvent & { readonly subject?: string | null };
  const shown = kind === "queue" ? shownBody(Buffer.from(data as string, "base64")) : kind === "topic" ? shownBody(Buffer.from((data as { readonly $bytes: string }).$bytes, "base64")) : { data };
  return { id: event.id, deliveries: [{ id: event.id, attempt, event: { specversion: "1.0", id: event.id, source: event.source, type: event.type, ...(subject === undefined || subject === null ? {} : { subject }), ...(time === null ? {} : { time }), ...shown } }] };
}

/** The folder whose node_modules has the packages that a started unit imports: the nearest above that has one. */
function rootOf(folder: string): string {
  return existsSync(join(folder, "node_modules")) || dirname(folder) === folder ? folder : rootOf(dirname(folder));
}

/** In: the wire and its cloud. Out: what sends one capture at a time, and how to end the runtime. Rejects where the runtime cannot be started. */
export async function throughRuntime(wire: Wire, cloud: string, { startUnit, root }: CloudDoor): Promise<{ decode(captured: unknown): Promise<Line>; stop(): Promise<void> }> {
  const [adapter] = await loadAdapters([cloud], root);
  const kind = wire.kind;
  const names = kind === "http" ? ["rootGet", "rootPost", "restGet", "restPost", "restPut", "restPatch", "restDelete", "restAll"] : [echoFunctions[kind]];
  const subject: Subject = { cloud, adapter: adapter!, startUnit, target: (app, functions) => ({ cloud, app, settings: { functions } }), wires: [wire] };
  const started = startApp(subject, Object.fromEntries(names.map((name) => [name, wire.variant])), false, rootOf(root));
  return {
    stop: () => started.stop(),
    async decode(captured) {
      const native = wire.native(captured);
      if (kind === "http") {
        // The front end of a real deployment has chosen the function by its route; here the codec tells.
        const decoded = await wire.decode(captured);
        if (!("request" in decoded)) throw new IsobarError("internal", "an http wire without a request");
        const { method, path } = decoded.request;
        return requestIn(await started.invoke(echoFunction({ method, url: `https://x.example${path}` }), native), wire);
      }
      const [name] = names;
      started.effects(name!);
      const seen = await started.invoke(name!, native);
      const effects = started.effects(name!);
      const letters = effects.filter((effect) => effect.do === "dead-letter");
      if (letters.length > 0) return { ok: false, code: "invalid-input", message: (JSON.parse(letters[0]!.attribute ?? "{}") as { readonly reason?: string }).reason ?? "rejected" };
      const items = effects.map((effect) => eventIn(effect, kind as AsynchronousKind));
      if (items.length > 0 || ("returned" in seen && wire.side?.interpret(seen, native).every(({ then }) => then === "done") !== false)) return { ok: true, items };
      throw new IsobarError("invalid-native-event", said(seen));
    },
  };
}

/** The echoed request inside an answer. */
function requestIn(seen: Seen, { fronts = {} }: Wire): Line {
  const [front] = Object.values(fronts);
  const answer = front?.side.interpret(seen);
  if (answer === undefined || "failed" in answer) throw new IsobarError("invalid-native-event", answer === undefined ? said(seen) : answer.failed);
  const text = Buffer.from(answer.body).toString("utf8");
  if (answer.status !== 200) throw new IsobarError(answer.status < 500 ? "invalid-input" : "invalid-native-event", `the runtime answered ${answer.status} ${text}`);
  const { method, url, headers, body, clientAddress } = JSON.parse(text) as Echoed;
  return { ok: true, request: { method, url, headers: Object.fromEntries(headers), ...(body === null ? { body } : shownText(Buffer.from(body, "base64"))), ...(clientAddress === null ? {} : { clientAddress }) } };
}
const shownText = (bytes: Buffer): object => (Buffer.from(bytes.toString("utf8")).equals(bytes) ? { body: bytes.toString("utf8") } : { body_base64: bytes.toString("base64") });

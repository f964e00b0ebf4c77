/** Decoded payloads as lines of JSON. */
import { IsobarError, spellValue, type AsynchronousKind } from "@isobar/core";
import { bytesOf, busReading, callReading, changesReading, logsReading, queueReading, scheduleReading, storageReading, streamReading, topicReading, type Decoded, type Delivery, type IncomingRequest, type Reading, type Wire } from "@isobar/core/adapter";
import { app, echoFunctions } from "@isobar/conformance/app";

/** A delivery as a line shows it. */
export interface ShownDelivery {
  readonly id: string;
  readonly attempt: number | null;
  readonly event: Readonly<Record<string, unknown>>;
}
export interface ShownItem {
  readonly id: string | null;
  readonly deliveries: readonly ShownDelivery[];
}
export type Line =
  | { readonly ok: true; readonly items: readonly ShownItem[] }
  | { readonly ok: true; readonly request: object }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly items?: readonly ShownItem[] };

/** By name: the error may come from another copy of the class. What is not ours to raise is a fault of a codec, and said to be one. */
export function refusal(error: unknown): Extract<Line, { readonly ok: false }> {
  if (error instanceof Error && error.name === "IsobarError") return { ok: false, code: (error as IsobarError).code, message: error.message };
  return { ok: false, code: "internal", message: `the codec failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` };
}

const readings: { readonly [K in AsynchronousKind]: object } = { queue: queueReading, topic: topicReading, storage: storageReading, schedule: scheduleReading, changes: changesReading, stream: streamReading, bus: busReading, logs: logsReading, call: callReading };

let strict: TextDecoder | undefined;
function textIn(bytes: Uint8Array): string | undefined {
  try {
    return (strict ??= new TextDecoder("utf-8", { fatal: true })).decode(bytes);
  } catch {
    return undefined;
  }
}
/** A body without a channel that says its format: JSON where it is JSON, else text, else base64. A rule of display; a function's channel knows. */
export function shownBody(body: string | Uint8Array): { readonly data: unknown } | { readonly data_base64: string } {
  const text = typeof body === "string" ? body : textIn(body);
  if (text === undefined) return { data_base64: Buffer.from(body as Uint8Array).toString("base64") };
  try {
    return { data: JSON.parse(text) as unknown };
  } catch {
    return { data: text };
  }
}
/** Kinds whose data is a body, and the part of a stream's record that is one. */
const isBody = (kind: string) => kind === "queue" || kind === "topic" || kind === "call";
export function shownData(kind: string, data: unknown): { readonly data: unknown } | { readonly data_base64: string } {
  if (isBody(kind)) return data instanceof Uint8Array || typeof data === "string" ? shownBody(data) : { data };
  if (kind !== "stream") return { data: spellValue(data) };
  const { bytes, partitionKey = null, sequence = null } = data as { readonly bytes: Uint8Array; readonly partitionKey?: string; readonly sequence?: string };
  const shown = shownBody(bytes);
  return { data: { partitionKey, sequence, bytes: Buffer.from(bytes).toString("base64"), ...("data" in shown ? { value: shown.data } : {}) } };
}

/** The event of a delivery, as the function of this kind that takes everything would get it. */
function eventOf(kind: AsynchronousKind, delivery: Delivery): Readonly<Record<string, unknown>> {
  // Bytes are left as they are, whatever format a channel would have.
  const fn = app.functions[echoFunctions[kind]];
  const said = kind === "call" ? { source: "/calls", type: "call.request", data: delivery.body } : (readings[kind] as Reading<never>).read(fn as never, delivery, delivery.told?.() as never);
  if (said === undefined) throw new IsobarError("internal", "a function that takes everything took no event");
  const { source, type, subject, time, data } = { subject: undefined, time: undefined, ...said };
  const at = time ?? (delivery.enqueuedAt === undefined ? undefined : new Date(delivery.enqueuedAt).toISOString());
  return { specversion: "1.0", id: delivery.id, source, type, ...(subject === undefined ? {} : { subject }), ...(at === undefined ? {} : { time: at }), ...shownData(kind, data) };
}

export async function shownRequest(request: IncomingRequest): Promise<object> {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of request.headers()) headers[name] = headers[name] === undefined ? value : `${headers[name]}${name === "cookie" ? "; " : ", "}${value}`;
  // As a handler sees it: none on GET and HEAD.
  const body = request.method === "GET" || request.method === "HEAD" ? undefined : await request.body();
  const text = body === undefined ? undefined : typeof body === "string" ? body : textIn(body);
  return {
    method: request.method,
    url: `${request.origin()}${request.path}${request.query === "" ? "" : `?${request.query}`}`,
    headers: { ...headers },
    ...(body !== undefined && text === undefined ? { body_base64: Buffer.from(bytesOf(body)).toString("base64") } : { body: text ?? null }),
    ...(request.clientAddress === undefined ? {} : { clientAddress: request.clientAddress }),
  };
}

/** What a wire's codec made of a payload. An item that cannot be read, or a body that is none of this kind, refuses the file; the rest is shown. */
export async function spelled(wire: Wire, decoded: Decoded): Promise<Line> {
  if ("request" in decoded) {
    const request = await shownRequest(decoded.request);
    if (wire.kind === "http") return { ok: true, request };
    const { body = null } = request as { readonly body?: string | null };
    return { ok: true, items: [{ id: null, deliveries: [{ id: "", attempt: null, event: { specversion: "1.0", id: "", source: "/calls", type: "call.request", ...shownBody(body ?? "null") } }] }] };
  }
  const kind = wire.kind as AsynchronousKind;
  let wrong: unknown;
  const items = decoded.items.map((item): ShownItem => {
    if ("unreadable" in item) {
      wrong ??= item.unreadable;
      return { id: item.id ?? null, deliveries: [] };
    }
    return {
      id: item.id,
      deliveries: item.deliveries.flatMap((delivery) => {
        try {
          return [{ id: delivery.id, attempt: delivery.attempt ?? null, event: eventOf(kind, delivery) }];
        } catch (error) {
          wrong ??= error;
          return [];
        }
      }),
    };
  });
  return wrong === undefined ? { ok: true, items } : { ...refusal(wrong), items };
}

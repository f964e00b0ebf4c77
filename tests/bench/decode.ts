/** Decoding: ten thousand payloads of every wire in turn, read to their end, beside what parsing their JSON alone costs. */
import type { Wire } from "@isobar/core/adapter";
import { events } from "@isobar/conformance/lab";
import { aws, azure, gcp } from "../proof/clouds.ts";
import { median } from "./contestants.ts";

const payloads = 10_000;
const rounds = 5;

export interface Decoding {
  readonly payloads: number;
  readonly rows: readonly { readonly cloud: string; readonly count: number; readonly nsParse: number; readonly nsDecode: number }[];
}

interface Payload {
  readonly wire: Wire;
  readonly captured: unknown;
  /** The captured payload as text; bytes as the text they are. */
  readonly text: string;
}
function spelled(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf8");
  if (Array.isArray(value)) return value.map(spelled);
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, spelled(each)])) : value;
}
const textOf = (captured: unknown): string => JSON.stringify(spelled(captured));

/** Every wire that has a broker, in turn, each time with another event. */
function payloadsOf(wires: readonly Wire[], count: number): readonly Payload[] {
  const own = wires.filter(({ side }) => side !== undefined);
  return Array.from({ length: count }, (_, i): Payload => {
    const wire = own[i % own.length]!;
    const kind = wire.kind === "queue" ? "topic" : (wire.kind as keyof typeof events);
    const { message } = events[kind]("ack", i);
    const captured = wire.side!.fabricate([{ id: `message-${i}`, attempt: 1, enqueuedAt: Date.UTC(2030, 0, 1), ...message } as never], "source");
    return { wire, captured, text: textOf(captured) };
  });
}
async function decodeAll(all: readonly Payload[]): Promise<number> {
  let count = 0;
  for (const { wire, captured } of all) {
    const decoded = wire.decode(captured);
    const known = decoded instanceof Promise ? await decoded : decoded;
    if (!("items" in known)) continue;
    for (const item of known.items) if ("deliveries" in item) for (const delivery of item.deliveries) count += delivery.told?.() === undefined ? 1 : 1;
  }
  return count;
}
const nsOf = async (work: () => unknown): Promise<number> => {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start);
};

/** Throws where a payload is not decoded: its time would say nothing. */
export async function measureDecoding(say: (line: string) => void): Promise<Decoding> {
  const clouds = [aws, azure, gcp];
  const rows = [];
  for (const { cloud, wires } of clouds) {
    say(`decode: ${cloud}`);
    const count = Math.ceil(payloads / clouds.length);
    const all = payloadsOf(wires, count);
    const decoded = await decodeAll(all);
    if (decoded < count) throw new Error(`${cloud}: ${count} payloads and ${decoded} deliveries`);
    const parse: number[] = [];
    const decode: number[] = [];
    for (let i = 0; i < rounds; i++) {
      parse.push(await nsOf(() => all.forEach(({ text }) => JSON.parse(text) as unknown)));
      decode.push(await nsOf(() => decodeAll(all)));
    }
    rows.push({ cloud, count, nsParse: median(parse) / count, nsDecode: median(decode) / count });
  }
  return { payloads, rows };
}

/** Fixtures as the specification: one expected event beside each cloud's spelling of it. A file without its source is not loaded. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = new URL("../fixtures/", import.meta.url);

export interface HttpExpectation {
  readonly requirement: string;
  readonly request: {
    readonly method?: string;
    /** Percent-encoded, as the handler sees it. */
    readonly path?: string;
    readonly query?: string;
    /** `null`: absent. */
    readonly headers?: Readonly<Record<string, string | null>>;
    readonly body?: { readonly text: string } | { readonly base64: string } | null;
    readonly clientAddress?: string;
  };
}
export interface QueueExpectation {
  readonly requirement: string;
  readonly queue: "json" | "bytes" | "ordered";
  readonly events: readonly { readonly id: string; readonly attempt?: number | null; readonly time?: string | null; readonly data?: unknown; readonly base64?: string }[];
  readonly then: readonly ("done" | "again")[];
}
export type Native = { readonly $source: string } & ({ readonly native: unknown } | { readonly invocations: readonly unknown[] } | { readonly cannot: string });
export interface Case<Expectation> {
  readonly name: string;
  readonly event: Expectation;
  /** By file name: a cloud, or a cloud and a variant after a dot. */
  readonly natives: Readonly<Record<string, Native>>;
}

/** `{ $bytes }`, `{ $utf8 }` and `{ $json }` stand for bytes. */
function revived(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(revived);
  if ("$bytes" in value) return new Uint8Array(Buffer.from(value.$bytes as string, "base64"));
  if ("$utf8" in value) return new Uint8Array(Buffer.from(value.$utf8 as string, "utf8"));
  if ("$json" in value) return new Uint8Array(Buffer.from(JSON.stringify(value.$json), "utf8"));
  // Entries, so that a key like "__proto__" stays a key.
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, revived(each)]));
}
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, folder), "utf8"));

/** Every case of a kind, by name. Throws Error for a native spelling that names no source. */
export function casesOf<Expectation>(kind: "http" | "queue"): readonly Case<Expectation>[] {
  return readdirSync(new URL(`${kind}/`, folder)).sort().map((name) => {
    const files = readdirSync(new URL(`${kind}/${name}/`, folder)).filter((file) => file.endsWith(".json") && file !== "event.json");
    const natives = files.map((file): [string, Native] => {
      const path = `${kind}/${name}/${file}`;
      const native = revived(read(path)) as Partial<Native>;
      if (typeof native.$source !== "string" || native.$source === "") throw new Error(`${fileURLToPath(new URL(path, folder))} names no $source`);
      return [file.slice(0, -".json".length), native as Native];
    });
    return { name, event: read(`${kind}/${name}/event.json`) as Expectation, natives: Object.fromEntries(natives) };
  });
}

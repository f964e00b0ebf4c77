/** The text of the entry that a cloud calls. */
import type { HttpOptions } from "../triggers/http.ts";
import type { AnyFunction } from "../triggers/index.ts";
import type { ConsumerOptions } from "../triggers/consumer.ts";
import type { EntryOptions, Located, Rendered } from "./adapter.ts";
import type { Unit } from "./units.ts";

const words: ReadonlySet<string> = /* @__PURE__ */ new Set(
  "break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof new null return super switch this throw true try typeof var void while with yield let static await async implements interface package private protected public".split(" "),
);
/** The name of a function inside an entry. In: its name in the app, and the names that the entry's own lines take. */
export const localName = (name: string, taken: readonly string[]): string => (words.has(name) || name === "outbox" || taken.includes(name) ? `${name}$` : name);

/** The import lines of a unit's functions. */
export function importsOf(unit: Unit, locate: (functionName: string) => Located, taken: readonly string[], { outbox }: EntryOptions): string {
  const lines = outbox === undefined ? [] : [`import { outbox } from ${JSON.stringify(outbox)};`];
  for (const name of unit.functions) {
    const { module, export: exported } = locate(name);
    const local = localName(name, taken);
    // "default.functions.x" is a function that lives only in the app's literal.
    if (exported.startsWith("default.")) lines.push(`import app$${name} from ${JSON.stringify(module)};`, `const ${local} = app$${name}${exported.slice("default".length)};`);
    else lines.push(`import { ${exported === local ? local : `${exported} as ${local}`} } from ${JSON.stringify(module)};`);
  }
  return lines.join("\n");
}
/** Several functions as one object, by their names in the app. */
export const objectText = (unit: Unit, taken: readonly string[]): string =>
  `{ ${unit.functions.map((name) => (localName(name, taken) === name ? name : `${JSON.stringify(name)}: ${localName(name, taken)}`)).join(", ")} }`;

/** Whether a function writes anything: messages, dead letters, or deliveries that it puts back. */
const writes = ({ options }: AnyFunction): boolean => {
  const { sends, delivery } = options as Partial<ConsumerOptions>;
  return sends?.[0] !== undefined || (delivery !== undefined && (delivery.deadLetter !== "discard" || delivery.backoff !== undefined || delivery.retryAfter !== undefined));
};

/**
 * The wiring argument of an entry maker, as text: a name, how attempts are kept, the outbox, and the parts that these functions use, from the adapter's run
 * time under its local name in the entry.
 */
export function wiringText(name: string | undefined, functions: readonly AnyFunction[], { keeping, writes: relays }: Pick<Rendered, "keeping" | "writes">, runtime: string, { outbox }: EntryOptions): string {
  const some = (used: (options: Partial<HttpOptions>) => unknown) => functions.some(({ options }) => used(options as Partial<HttpOptions>) !== undefined);
  const wiring = [
    ...(name === undefined ? [] : [`name: ${JSON.stringify(name)}`]),
    ...(keeping === undefined ? [] : [`keeping: ${runtime}.${keeping}`]),
    ...(outbox !== undefined ? ["outbox"] : relays || functions.some(writes) ? [`outbox: ${runtime}.outbox`] : []),
    ...(some(({ body, query, params, headers }) => body ?? query ?? params ?? headers) ? [`input: ${runtime}.input`] : []),
    ...(some(({ cors }) => cors) ? [`cors: ${runtime}.cors`] : []),
    ...(some(({ sends }) => sends?.[0]) ? [`send: ${runtime}.send`] : []),
    ...(some(({ secrets }) => secrets?.[0]) ? [`secret: ${runtime}.secret`] : []),
  ];
  return wiring.length === 0 ? "" : `, { ${wiring.join(", ")} }`;
}

import type { Channel, Stream } from "./channel.ts";
import { checkFunction } from "./definition.ts";
import { IsobarError } from "./errors.ts";
import { refuseOverlaps } from "./http/path.ts";
import type { ConsumerOptions } from "./triggers/consumer.ts";
import type { AnyFunction } from "./triggers/index.ts";

export interface App<F extends Readonly<Record<string, AnyFunction>> = Readonly<Record<string, AnyFunction>>> {
  readonly name: string;
  readonly functions: F;
}

/** Throws `invalid-definition` where one name stands for two channels: what is sent to the one would be read by the rules of the other. */
function refuseTwins(functions: Readonly<Record<string, AnyFunction>>): void {
  const known = new Map<string, { readonly channel: Channel | Stream; readonly by: string }>();
  for (const [by, { source, options }] of Object.entries(functions)) {
    const { sends = [], delivery } = options as Partial<ConsumerOptions>;
    const { deadLetter } = delivery ?? {};
    for (const channel of [source as Channel | Stream, ...sends, ...(deadLetter === undefined || deadLetter === "discard" ? [] : [deadLetter])]) {
      if (!["queue", "topic", "stream"].includes(channel.resource)) continue;
      const id = `${channel.resource} "${channel.name}"`;
      const other = known.get(id) ?? known.set(id, { channel, by }).get(id)!;
      for (const what of ["order", "format"] as const)
        if (other.channel[what] !== channel[what]) throw new IsobarError("invalid-definition", `${id} is defined twice: its ${what} is "${other.channel[what]}" for ${other.by}, and "${channel[what]}" for ${by}; define it once and import it`);
    }
  }
}

/**
 * An app is plain data: a name and its functions. In: a record or a module namespace, whose other exports are refused.
 * Throws `invalid-definition`: a function that cannot be what it says (`definition.ts`), a name that some cloud refuses, two names that differ in case only, an export that is no function of ours,
 * two routes that overlap without one being more specific, two consumers of one queue (they would compete on two clouds and fan out on
 * the third), one name for two channels.
 */
export function defineApp<F extends Readonly<Record<string, AnyFunction>>>(name: string, functions: F): App<F> {
  const wrong = (message: string): never => {
    throw new IsobarError("invalid-definition", message);
  };
  if (!/^[a-z](?:-?[a-z0-9])*$/.test(name) || name.length > 40) wrong(`app name ${JSON.stringify(name)}: use lower-case letters, digits and single hyphens, a letter first, 40 at most`);
  const consumers = new Map<string, string>();
  const spellings = new Map<string, string>();
  const routes: { readonly name: string; readonly method: string; readonly path: string }[] = [];
  for (const [key, fn] of Object.entries(functions)) {
    if (!/^[A-Za-z][A-Za-z0-9]*$/.test(key) || key.length > 60) wrong(`function name ${JSON.stringify(key)}: use letters and digits, a letter first, 60 at most`);
    // ECMA-262 §27.2.1.3.2: import() of a module with such an export would call it and wait.
    if (key === "then") wrong('function name "then": a module that exports it is taken for a promise; choose another');
    const twin = spellings.get(key.toLowerCase());
    if (twin !== undefined) wrong(`${twin} and ${key} differ in case only, which some clouds do not tell apart`);
    spellings.set(key.toLowerCase(), key);
    if (typeof fn !== "object" || fn === null || typeof fn.kind !== "string" || !(fn as Partial<AnyFunction>).source) wrong(`${key} is no function of Isobar: build it with http.get(), queue() and the like, and keep other exports out of the module of functions`);
    checkFunction(key, fn);
    if (fn.kind === "http") routes.push({ name: key, ...fn.source });
    else if (fn.kind === "queue") {
      const other = consumers.get(fn.source.name);
      if (other !== undefined) wrong(`${other} and ${key} both consume queue "${fn.source.name}": one queue has one consumer; send to a topic to reach several`);
      consumers.set(fn.source.name, key);
    }
  }
  refuseOverlaps(routes);
  refuseTwins(functions);
  return { name, functions };
}

/** `isobar dead-letters`: what was rejected or used up, and how it goes back to its function; the same on every cloud, and in the local store. */
import { IsobarError, type DeliveryPolicy, type Queue, type Target } from "@isobar/core";
import { listed, type DeadLetters, type Recipient } from "@isobar/core/plan";
import { loadOperate } from "../adapters.ts";
import { loadConfig } from "../build/locate.ts";
import type { Command, End, Input } from "./command.ts";
import { configIn } from "./config.ts";
import { mendable, outcomeText, summaryText, swept, whereTo, type Outcome, type Sweep } from "./dead-letters-redrive.ts";
import { inTime, letterJson, letterText, listText, shown } from "./dead-letters-text.ts";
import { processWorld, type World } from "./dead-letters-world.ts";

const listLimit = 50;

/** A dead letter's queue, and the functions that have it. */
interface Chosen {
  readonly cloud: string;
  readonly queue: Queue;
  readonly recipients: readonly Recipient[];
  readonly deadLetters: DeadLetters;
}
type Values = Readonly<Partial<Record<"cloud" | "queue" | "config" | "limit" | "to", string>> & Partial<Record<"json" | "raw" | "all" | "yes" | "dry-run", boolean>>>;

const wrong = (message: string): IsobarError => new IsobarError("invalid-definition", message);

/** Every queue that is a dead letter in these apps, with the functions that say so. */
function deadLettersOf(targets: readonly Target[]): ReadonlyMap<string, Pick<Chosen, "queue" | "recipients">> {
  const found = new Map<string, { readonly queue: Queue; readonly recipients: Recipient[] }>();
  for (const { app } of targets) {
    for (const [name, fn] of Object.entries(app.functions)) {
      const { deadLetter } = (fn.options as { readonly delivery?: DeliveryPolicy }).delivery ?? {};
      if (deadLetter === undefined || deadLetter === "discard") continue;
      const known = found.get(deadLetter.name) ?? { queue: deadLetter, recipients: [] };
      if (known.recipients.some((each) => each.name === name)) throw wrong(`two apps of this configuration have a function ${name} whose dead letter is "${deadLetter.name}": a letter does not say of which app it is; name a configuration of one of them`);
      known.recipients.push({ name, fn });
      found.set(deadLetter.name, known);
    }
  }
  return found;
}
/** The only one, or the one asked for. */
function pick<T>(what: string, all: ReadonlyMap<string, T>, asked: string | undefined, none: string): T {
  const names = [...all.keys()];
  if (names.length === 0) throw wrong(none);
  if (asked === undefined && names.length > 1) throw wrong(`which ${what}? There are ${names.join(", ")}: say --${what} NAME`);
  const found = all.get(asked ?? names[0]!);
  if (found === undefined) throw wrong(what === "queue" ? `"${asked}" is no function's dead letter; there is ${names.join(", ")}` : `the configuration has no target for ${asked}; it has ${names.join(", ")}`);
  return found;
}

async function opened({ cloud, queue, config }: Values, given: string | undefined, cwd: string, { machine }: World): Promise<Chosen> {
  const { targets, sources } = await loadConfig(configIn(cwd, given ?? config, "dead-letters list"));
  const clouds = new Map<string, readonly Target[]>();
  for (const target of targets) clouds.set(target.cloud, [...(clouds.get(target.cloud) ?? []), target]);
  const own = pick("cloud", clouds, cloud, "the configuration has no target");
  const found = pick("queue", deadLettersOf(own), queue, "no function of this app has a dead letter that is a queue");
  const operate = await loadOperate(own[0]!.cloud, sources.root);
  return { cloud: own[0]!.cloud, ...found, deadLetters: operate(machine).deadLetters };
}

async function list({ cloud, queue, recipients, deadLetters }: Chosen, { json = false }: Values, limit: number, { terminal, say }: Input, { now }: World, signal: AbortSignal): Promise<End> {
  const letters = inTime(await deadLetters.list(queue, { limit, recipients }, signal));
  if (json) return say(JSON.stringify(letters.map((letter) => letterJson(letter, false)), undefined, 2));
  if (letters.length === 0) return say(`nothing lies in ${queue.name} on ${cloud}`);
  for (const line of listText(letters, now(), terminal)) say(line);
  if (letters.length >= limit) say(`\n${limit === 1 ? "1 letter" : `${limit} letters`}; there may be more: --limit N`);
}

/** Ids as they are, and as they are shown. */
const spellings = (some: readonly { readonly id: string }[]): ReadonlySet<string> => new Set(some.flatMap(({ id }) => [id, shown(id)]));
const withId = (ids: readonly string[]) => {
  const all = new Set(ids);
  return ({ id }: { readonly id: string }) => all.has(id) || all.has(shown(id));
};

async function show({ cloud, queue, recipients, deadLetters }: Chosen, id: string, { json = false, raw = false }: Values, limit: number, { say }: Input, { now, write }: World, signal: AbortSignal): Promise<End> {
  const letters = (await listed(deadLetters.take(queue, { limit, recipients }, signal))).filter(withId([id]));
  const [first] = letters;
  if (first === undefined) throw wrong(`no letter ${shown(id)} is in ${queue.name} on ${cloud}, as far as it hands over what it has`);
  if (raw) {
    if (letters.some(({ body }) => !Buffer.from(body).equals(first.body))) throw wrong(`${letters.length} letters have the id ${shown(id)}, with bodies that differ: leave out --raw to see them all`);
    return write(first.body);
  }
  if (json) return say(JSON.stringify(letters.map((letter) => letterJson(letter, true)), undefined, 2));
  for (const line of letters.flatMap((letter, i) => [...(i === 0 ? [] : [""]), ...letterText(letter, now())])) say(line);
}

/** Asks about all that would go. Out: the ids that somebody said yes to, and what stays; `undefined`: somebody said no. */
async function agreed(deadLetters: DeadLetters, sweep: Sweep, where: string, { confirm }: World, signal: AbortSignal): Promise<{ readonly ids: readonly string[]; readonly left: readonly Outcome[] } | undefined> {
  if (confirm === undefined) throw wrong(`redrive --all sends every letter of ${where} again: look first with --dry-run, then say --yes`);
  const { outcomes, broken } = await swept(deadLetters, { ...sweep, dry: true }, signal, () => {});
  if (broken !== undefined) throw broken;
  const would = outcomes.filter(({ end }) => end === "would");
  if (would.length > 0 && !(await confirm(`Redrive ${would.length === 1 ? "1 letter" : `${would.length} letters`} of ${where} ${whereTo(would)}? [y/N] `))) return undefined;
  return { ids: [...new Set(would.map(({ id }) => id))], left: outcomes.filter(({ end }) => end === "left") };
}

async function redrive({ cloud, queue, recipients, deadLetters }: Chosen, named: readonly string[], values: Values, limit: number, { say }: Input, world: World, signal: AbortSignal): Promise<End> {
  const { json = false, all = false, yes = false, "dry-run": dry = false, to: toName } = values;
  const to = toName === undefined ? undefined : recipients.find(({ name }) => name === toName);
  if (toName !== undefined && to === undefined) throw wrong(`${toName} is no function whose dead letter is ${queue.name}; there is ${recipients.map(({ name }) => name).join(", ")}`);
  const where = `${queue.name} on ${cloud}`;
  const every: Sweep = { queue, recipients, limit, meant: () => true, to, dry };
  const asks = all && !yes && !dry;
  const agreement = asks ? await agreed(deadLetters, every, where, world, signal) : { ids: named, left: [] };
  if (agreement === undefined) return say("nothing was redriven"), 1;
  const { ids, left } = agreement;
  // What came after somebody was asked is not meant.
  const sweep = all && !asks ? every : { ...every, meant: withId(ids) };
  const tell = (outcome: Outcome) => void (json || (all && outcome.end === "left") ? undefined : say(outcomeText(outcome)));
  const { outcomes, broken } = asks && ids.length === 0 ? { outcomes: [] } : await swept(deadLetters, sweep, signal, tell);
  const [seen, went] = [spellings(outcomes), spellings(outcomes.filter(({ end }) => end !== "left"))];
  const missing = ids.filter((id) => broken === undefined && !seen.has(id)).map((id): Outcome => ({ id, end: "failed", why: `no such letter is in ${where}, as far as it hands over what it has` }));
  const whole = [...left, ...outcomes, ...missing];
  if (json) say(JSON.stringify({ cloud, queue: queue.name, letters: whole, ...(broken === undefined ? {} : { broken: broken.message }) }, undefined, 2));
  else for (const line of [...missing.map(outcomeText), ...(whole.length > 1 || all ? ["", ...summaryText(whole, where)] : [])]) say(line);
  if (broken !== undefined) throw broken;
  // Of one id there may be letters of several functions: it is enough that one of them went.
  return ids.some((id) => !went.has(id)) || outcomes.some(({ end }) => end === "failed") ? 1 : 0;
}

/** Whole numbers from 1. */
const limitIn = (text: string | undefined, otherwise: number): number | undefined => (text === undefined ? otherwise : /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined);

export const deadLettersIn = (world: () => World): Command => ({
  usage: "isobar dead-letters list [CONFIG] | show ID | redrive ID… | redrive --all [--config FILE] [--cloud NAME] [--queue NAME] [OPTIONS]",
  summary: "Look at what was rejected or used up, and send it again",
  help: `list [CONFIG]   id, function, reason, attempts, age and size of each letter, the oldest first
show ID         all of a letter, with its body: as text, or in base64 where it is none
redrive ID…     send letters again, each to its own function and to nobody else: with its id, attempts from 1
redrive --all   all that lie there; asks first, or wants --yes where nobody can answer

--config FILE   the configuration, or the folder that it is in; default: isobar.config.ts in the working directory
--cloud NAME    one of its clouds; may be left out where there is one
--queue NAME    one of its dead letters; may be left out where there is one
--limit N       letters to look at; default: ${listLimit} for list, else all
--to FUNCTION   only its letters, and those that the platform moved itself where it does not say whose they are
--dry-run       tell what would be redriven, and send nothing
--raw           of show: the body's bytes as they are, and nothing else
--json          the same as JSON

A letter is sent, then removed: a crash between the two leaves it there a second time, and never not at all. Letters of other functions are left alone. On most clouds looking is receiving: it counts on the dead letter's own queue, hides letters for a moment from whoever else looks, and gives them back.
Addresses come from the environment, by the names that units have; what is missing is named. Credentials come from there too, or from the vendor's own command line. Exits 1 when a letter could not be redriven or was not found; the others are redriven all the same.`,
  options: {
    config: { type: "string" }, cloud: { type: "string" }, queue: { type: "string" }, limit: { type: "string" }, to: { type: "string" },
    all: { type: "boolean" }, yes: { type: "boolean" }, "dry-run": { type: "boolean" }, raw: { type: "boolean" }, json: { type: "boolean" },
  },
  maxPositionals: Number.POSITIVE_INFINITY,
  async run(input) {
    const { positionals: [action, ...rest], cwd } = input;
    const values = input.values as Values;
    const limit = limitIn(values.limit, action === "list" ? listLimit : Number.POSITIVE_INFINITY);
    if (limit === undefined) return { misused: `--limit is a whole number from 1, not ${JSON.stringify(values.limit)}` };
    if (action === undefined) return { misused: "dead-letters: list, show or redrive?" };
    if (action !== "list" && action !== "show" && action !== "redrive") return { misused: `dead-letters has no "${action}": it has list, show and redrive` };
    if (action === "list" && (rest.length > 1 || (rest.length === 1 && values.config !== undefined))) return { misused: "dead-letters list takes one configuration" };
    if (action === "show" && rest.length !== 1) return { misused: "dead-letters show takes one ID" };
    if (action === "redrive" && (rest.length > 0) === (values.all === true)) return { misused: "dead-letters redrive takes IDs, or --all" };
    const here = world();
    const { signal, over } = here.interruptible();
    try {
      const found = await opened(values, action === "list" ? rest[0] : undefined, cwd, here);
      if (action === "list") return await list(found, values, limit, input, here, signal);
      return action === "show" ? await show(found, rest[0]!, values, limit, input, here, signal) : await redrive(found, rest, values, limit, input, here, signal);
    } catch (error) {
      throw mendable(error);
    } finally {
      over();
    }
  },
});
export const deadLetters: Command = deadLettersIn(processWorld);

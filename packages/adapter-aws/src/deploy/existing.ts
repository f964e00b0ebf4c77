/** Resources that are there already: taken out of what is created, and named instead wherever a resource refers to them. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
import type { Parts } from "./parts.ts";
import { redirected, type Reference, type Redirected } from "./references.ts";
import { logicalId } from "./resources.ts";
import type { Existing } from "./settings.ts";
import type { AgreedUnit, Composition } from "./units.ts";

/** What a reference to it becomes, by what is asked of it: nothing for Ref. */
type Known = (attribute: string | undefined) => string | undefined;
interface Kind {
  /** The end of its logical id. */
  readonly what: string;
  /** As the app calls it. */
  readonly word: string;
  known(value: never): Known;
  /** What is wrong with what is said of it; empty where nothing is. */
  wrong(value: never, fifo: boolean): string;
}
const arn = (service: string) => new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]+:\\d{12}:[\\w./:-]+$`);
const fifoOf = (name: string, fifo: boolean): string => (name.endsWith(".fifo") === fifo ? "" : fifo ? `${name} is no FIFO one, and the app's is ordered by key` : `${name} is a FIFO one, and the app's has no order`);
const fits = (ok: boolean, value: string, what: string): string => (ok ? "" : `${JSON.stringify(value)} is no ${what}`);
const always = (value: string, arn: string): Known => (attribute) => (attribute === undefined ? value : attribute === "Arn" ? arn : undefined);

const kinds: { readonly [K in Exclude<keyof Existing, "secrets">]-?: Kind } = {
  queues: {
    what: "Queue",
    word: "queue",
    known: ({ arn: own, url }: { readonly arn: string; readonly url: string }) => always(url, own),
    wrong({ arn: own, url }: { readonly arn: string; readonly url: string }, fifo) {
      const [account, name] = own.split(":").slice(-2) as [string, string];
      return fits(arn("sqs").test(own), own, "queue's ARN") || fits(URL.canParse(url) && url.endsWith(`/${account}/${name}`), url, `URL of ${own}`) || fifoOf(own, fifo);
    },
  },
  topics: { what: "Topic", word: "topic", known: (own: string) => always(own, own), wrong: (own: string, fifo) => fits(arn("sns").test(own), own, "topic's ARN") || fifoOf(own, fifo) },
  // Only a notification would refer to it, and there can be none.
  buckets: { what: "Bucket", word: "bucket", known: (name: string) => always(name, `arn:\${AWS::Partition}:s3:::${name}`), wrong: (name: string) => fits(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name), name, "bucket's name") },
  buses: { what: "Bus", word: "bus", known: (name: string) => always(name, name), wrong: (name: string) => fits(/^[\w./-]{1,256}$/.test(name) || arn("events").test(name), name, "bus's name or ARN") },
  tables: { what: "Table", word: "table", known: ({ streamArn }: { readonly streamArn: string }) => (attribute) => (attribute === "StreamArn" ? streamArn : undefined), wrong: ({ streamArn }: { readonly streamArn: string }) => fits(arn("dynamodb").test(streamArn) && streamArn.includes("/stream/"), streamArn, "ARN of a table's stream") },
  streams: { what: "Stream", word: "stream", known: (own: string) => always(own.split("/").at(-1)!, own), wrong: (own: string) => fits(arn("kinesis").test(own), own, "stream's ARN") },
  logs: { what: "LogGroup", word: "log", known: (name: string) => always(name, `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:${name}:*`), wrong: (name: string) => fits(/^[\w./#-]{1,512}$/.test(name), name, "log group's name") },
};
interface Entry {
  readonly kind: Kind;
  readonly key: string;
  readonly name: string;
  readonly id: string;
  readonly value: never;
}
const entriesOf = ({ settings: { existing = {} } }: Composition): readonly Entry[] =>
  Object.entries(kinds).flatMap(([key, kind]) => Object.entries(existing[key as keyof typeof kinds] ?? {}).map(([name, value]) => ({ kind, key, name, id: logicalId(name, kind.what), value: value as never })));

/** Parts without what is there already. A reference to it that nothing is known for stays, and is a fault of the template. */
export function withExisting(parts: Parts, composition: Composition): Parts {
  const known = new Map(entriesOf(composition).map(({ id, kind, value }) => [id, kind.known(value)] as const));
  if (known.size === 0) return parts;
  const to = ({ id, attribute }: Reference): Redirected | undefined => {
    const text = known.get(id)?.(attribute);
    return text === undefined ? undefined : { text };
  };
  return new Map(
    [...parts].flatMap(([id, part]) => {
      if (known.has(id)) return [];
      const { resource } = part;
      return [[id, { ...part, resource: { ...resource, Properties: redirected(resource.Properties, to) } }] as const];
    }),
  );
}

/** What cannot be referenced as it is said; `parts`: with all that the app needs, before anything is taken out. */
export function existingFaults(composition: Composition, units: readonly AgreedUnit[], parts: Parts): readonly string[] {
  const { app, settings: { existing: { secrets = {} } = {} }, prefix } = composition;
  const needed = new Set(units.flatMap(({ needs }) => needs.secrets));
  const own = units.flatMap(({ kind, functions: [name = ""], name: unit }) => (kind === "logs" ? [{ name, source: (app.functions[name]!.source as { readonly name: string }).name, group: `/aws/lambda/${prefix}-${unit}` }] : []));
  return [
    ...entriesOf(composition).flatMap(({ kind, key, name, id, value }) => {
      const part = parts.get(id);
      if (part === undefined) return [`existing.${key}: the app has no ${kind.word} "${name}"`];
      const { FifoQueue, FifoTopic, NotificationConfiguration } = part.resource.Properties;
      const wrong = kind.wrong(value, FifoQueue === true || FifoTopic === true);
      const notified = key === "buckets" && NotificationConfiguration !== undefined;
      return [
        ...(wrong === "" ? [] : [`existing.${key}.${name}: ${wrong}`]),
        ...(notified ? [`existing.buckets.${name}: plain CloudFormation gives no notification to a bucket of another stack, and ${part.functions.join(", ")} would hear of nothing`] : []),
        ...(key === "logs" ? own.filter(({ source, group }) => source === name && group === value).map((each) => `${each.name} would read its own log group, and write a line there for each that it reads`) : []),
      ];
    }),
    ...Object.entries(secrets).flatMap(([name, value]) => [
      ...(needed.has(name) ? [] : [`existing.secrets: no function has a secret "${name}"`]),
      ...(/^arn:/.test(value) ? (arn("secretsmanager").test(value) ? [] : [`existing.secrets.${name}: ${JSON.stringify(value)} is no secret's ARN`]) : /^[\w/+=.@-]{1,512}$/.test(value) ? [] : [`existing.secrets.${name}: ${JSON.stringify(value)} is no name of a secret`]),
    ]),
  ];
}

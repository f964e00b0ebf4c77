/**
 * A bucket's notifications: which events, filtered how, and whether several functions of an app may each have their own.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html · https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
 */
import type { StorageChange, StorageFunction } from "@isobar/core";
import type { Binding } from "@isobar/core/plan";

/** What S3 is asked for; the codec reads the same names back. No type is in two of these lists. */
const types: { readonly [C in StorageChange]: readonly string[] } = {
  created: ["s3:ObjectCreated:*"],
  deleted: ["s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"],
  updated: ["s3:ObjectTagging:*", "s3:ObjectAcl:Put"],
  archived: ["s3:LifecycleTransition", "s3:IntelligentTiering", "s3:ObjectRestore:Delete"],
  restored: ["s3:ObjectRestore:Completed"],
  other: ["s3:ObjectRestore:Post", "s3:ReducedRedundancyLostObject", "s3:Replication:*"],
};
type Options = StorageFunction["options"];
/** Event types, in the order in which they are asked for. */
export const typesOf = ({ on = ["created"] }: Pick<Options, "on">): readonly string[] => [...new Set(on)].flatMap((change) => types[change]);

/** Keys as S3 compares them: percent-encoded but for the slash, a blank as "+". */
const encoded = (text: string): string => encodeURIComponent(text).replaceAll("%20", "+").replaceAll("%2F", "/");
/** Absent where nothing is filtered. */
export function filterOf({ prefix = "", suffix = "" }: Options): { readonly Filter?: object } {
  const rules = [["prefix", prefix], ["suffix", suffix]].filter(([, value]) => value !== "").map(([name, value]) => ({ Name: name, Value: encoded(value!) }));
  return rules.length === 0 ? {} : { Filter: { S3Key: { Rules: rules } } };
}

type OnBucket = Pick<Binding<"storage">, "app" | "fn">;
/** All functions of the app on one bucket, by name: what is rendered of the bucket is the same whichever of them is asked. */
export const onBucket = ({ app, fn: { source } }: OnBucket): readonly (readonly [name: string, fn: StorageFunction])[] => Object.entries(app.functions).flatMap(([name, fn]) => (fn.kind === "storage" && fn.source.name === source.name ? [[name, fn] as const] : []));
/** S3 refuses two notifications of one event type that a key could match both of: "Overlapping prefixes and suffixes are not supported". Apart are those of which one end is apart. */
function overlap({ options: a }: StorageFunction, { options: b }: StorageFunction): boolean {
  const [one, other] = [a.prefix ?? "", b.prefix ?? ""];
  const [left, right] = [a.suffix ?? "", b.suffix ?? ""];
  return typesOf(a).some((type) => typesOf(b).includes(type)) && (one.startsWith(other) || other.startsWith(one)) && (left.endsWith(right) || right.endsWith(left));
}
/** Those of the bucket's functions that cannot have notifications of their own beside each other: where there are any, all of the bucket's go through a topic, since the topic's notification is unfiltered. */
export function overlapping(binding: OnBucket): readonly string[] {
  const all = onBucket(binding);
  return all.filter(([name, fn]) => all.some(([other, its]) => other !== name && overlap(fn, its))).map(([name]) => name);
}
/** What the bucket's functions ask for together. */
export const typesOnBucket = (binding: OnBucket): readonly string[] => [...new Set(onBucket(binding).flatMap(([, { options }]) => typesOf(options)))].sort();

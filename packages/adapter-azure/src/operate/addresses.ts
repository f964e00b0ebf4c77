/** Where queues are: an entity's path in the namespace `ISOBAR_SERVICE_BUS`, or the whole address of a Storage queue. The same variables as in units (runtime/outbox.ts). */
import { IsobarError } from "@isobar/core/adapter";
import type { Machine, Recipient } from "@isobar/core/plan";

type Environment = Machine["env"];
const variableOf = (kind: "QUEUE" | "SOURCE", name: string): string => `ISOBAR_${kind}_${name.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;

/** Throws `send-failed` that names what is missing. */
export function required(env: Environment, variable: string, what: string): string {
  const value = env[variable];
  if (!value) throw new IsobarError("send-failed", `${variable} is not set: it holds ${what}`);
  return value;
}
export const queueIn = (env: Environment, name: string): string => required(env, variableOf("QUEUE", name), `the address of queue "${name}"`);
/** The queue that only this function reads, where the environment has it: of a queue function its channel's. */
export const sourceIn = ({ name, fn }: Recipient, env: Environment): string | undefined =>
  env[variableOf("SOURCE", name)] || (fn.kind === "queue" ? env[variableOf("QUEUE", fn.source.name)] : undefined) || undefined;
/** Throws `unsupported` for a function that has no queue of its own, `send-failed` where its address is missing. */
export function sourceOf(to: Recipient, env: Environment): string {
  const { name, fn } = to;
  if (fn.kind === "stream" || fn.kind === "changes" || fn.kind === "logs") throw new IsobarError("unsupported", `${name} reads by position: nothing can be put back for it alone`);
  const address = sourceIn(to, env);
  if (address !== undefined) return address;
  const channel = fn.kind === "queue" ? `; nor is ${variableOf("QUEUE", fn.source.name)}` : "";
  throw new IsobarError("send-failed", `${variableOf("SOURCE", name)} is not set: it holds the queue that ${name} reads${channel}`);
}
export const isStorageQueue = (address: string): boolean => /^https?:\/\//.test(address);

/** As runtime/outbox.ts reads it. */
export function maxBytesIn({ ISOBAR_SERVICE_BUS_MAX_BYTES: text }: Environment): number | undefined {
  if (!text) return undefined;
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new IsobarError("send-failed", `ISOBAR_SERVICE_BUS_MAX_BYTES is ${JSON.stringify(text)}, which is no number of bytes`);
  return Number(text);
}

/** Where a function's messages come from: a subscription as Pub/Sub has it. https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/get */
import { IsobarError, type Clock } from "@isobar/core/adapter";
import type { Machine } from "@isobar/core/plan";
import { ask } from "../client/http.ts";
import type { Token } from "../client/token.ts";

export interface Consumed {
  readonly topic: string;
  /** The value of `isobar_to` that this subscription takes, and no other of its topic does. */
  readonly name: string;
}
/** As deploy/push.ts writes it: `NOT attributes:isobar_to OR attributes.isobar_to="shop-prod-charge"`. */
const own = /\battributes\.isobar_to\s*=\s*"((?:[^"\\]|\\.)*)"/;
const limitMs = 10_000;

interface Access extends Pick<Machine, "env"> {
  readonly token: Token;
  readonly clock: Clock;
  /** Default: the emulator's, where there is one, else the global one. */
  readonly endpoint: string | undefined;
}
/** Rejects with `unsupported` for a subscription that tells nothing sent to it from what is sent to all: a message would reach every subscriber of the topic. */
export async function consumedBy(subscription: string, { env, token, clock, endpoint }: Access, signal: AbortSignal): Promise<Consumed> {
  const emulator = endpoint === undefined ? env.PUBSUB_EMULATOR_HOST : undefined;
  const url = `${emulator ? `http://${emulator}` : (endpoint ?? "https://pubsub.googleapis.com")}/v1/${subscription.split("/").map(encodeURIComponent).join("/")}`;
  const headers: Readonly<Record<string, string>> = emulator ? {} : { authorization: `Bearer ${await token(signal)}` };
  const { text } = await ask({ operation: `get ${subscription}`, method: "GET", url, headers, limitMs }, clock, signal);
  const { topic, filter } = fieldsIn(text);
  if (typeof topic !== "string" || !/^projects\/[^/]+\/topics\/[^/]+$/.test(topic)) throw new IsobarError("unsupported", `${subscription} has no topic any more`);
  const name = typeof filter === "string" ? own.exec(filter)?.[1] : undefined;
  if (name === undefined) throw new IsobarError("unsupported", `${subscription} has no filter with isobar_to: a message sent to ${topic} again would reach every other subscriber too`);
  return { topic, name: name.replace(/\\(.)/g, "$1") };
}
function fieldsIn(text: string): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(text) ?? {}) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

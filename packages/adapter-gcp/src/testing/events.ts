/** Eventarc's half: CloudEvents in binary mode, over HTTP or over Pub/Sub. */
import type { NeutralMessage } from "@isobar/core/adapter";
import { agent, posting } from "./calls.ts";
import type { HttpCall } from "./exchange.ts";
import { pushCall } from "./pubsub.ts";

/** An event's attributes without `specversion`, and its data as JSON. */
export interface Emitted {
  readonly attributes: Readonly<Record<string, string | undefined>>;
  readonly data: unknown;
}
const present = (attributes: Emitted["attributes"]): readonly (readonly [string, string])[] => Object.entries({ specversion: "1.0", ...attributes }).flatMap(([name, value]) => (value === undefined ? [] : [[`ce-${name}`, value] as const]));
/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3132-http-header-values */
const headerText = (value: string): string => value.replace(/[^\x21\x23\x24\x26-\x7e]+/g, (each) => encodeURIComponent(each));

export const eventCall = ({ attributes, data }: Emitted): HttpCall => posting(JSON.stringify(data), [["content-type", "application/json"], ...present(attributes).map(([name, value]) => [name, headerText(value)] as const), agent]);
/** https://github.com/googleapis/google-cloudevents/blob/main/docs/spec/pubsub.md#31-binary-content-mode */
export const carriedCall = (message: NeutralMessage<unknown>, source: string, { attributes, data }: Emitted): HttpCall => pushCall(message, source, { data: JSON.stringify(data), attributes: { "content-type": "application/json", ...Object.fromEntries(present(attributes)) } });
/** The content type of an event that was captured as its JSON alone. */
export const structured = (): string => "application/cloudevents+json";
export const structuredOrBatch = (body: unknown): string => (Array.isArray(body) ? "application/cloudevents-batch+json" : "application/cloudevents+json");

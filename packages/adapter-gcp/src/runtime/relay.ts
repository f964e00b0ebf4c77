/**
 * Eventarc cannot publish: it posts to the function, and this publishes what it posted to the function's own topic, from where it comes back as a push under the function's own policy.
 * The event goes in structured mode, with every part of it; our attribute says so, and has its id and its trace.
 */
import type { HttpFunction as FrameworkFunction } from "@google-cloud/functions-framework";
import type { Outbox, Wiring } from "@isobar/core/adapter";
import { relayChannel, relayPath } from "../triggers/changes/codec.ts";
import { bodyOf } from "../triggers/http/codec.ts";
import { eventOf } from "../wires/cloudevent.ts";
import { requestOf } from "../wires/request.ts";
import { platformOf } from "./invocation.ts";

/** Less than the shortest time that Eventarc's own subscription may wait for the answer, 10 s: a late 204 would be one more event. */
const limitMs = 8_000;
const structured = "application/cloudevents+json";

const textIn = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
/** Eventarc adds a query to the path that it is given. */
export const isRelayed = ({ originalUrl }: { readonly originalUrl: string }): boolean => originalUrl === relayPath || originalUrl.startsWith(`${relayPath}?`);

/** Answers 204 once the event is published, and 500 for anything else: Eventarc then posts it again, for 24 hours. */
export const relayTo =
  (outbox: Outbox, { log }: Pick<Wiring, "log"> = {}): FrameworkFunction =>
  async (request, response) => {
    let status = 500;
    try {
      const { event, text } = eventOf(requestOf({ rawBody: await bodyOf(request), rawHeaders: request.rawHeaders, url: request.originalUrl }));
      // JSON leaves out what is undefined.
      const attribute = JSON.stringify({ v: 1, id: event.id, carries: structured, traceparent: textIn(event.extensions.traceparent), tracestate: textIn(event.extensions.tracestate) });
      await outbox.perform({ do: "send", to: relayChannel, body: text, attribute }, AbortSignal.timeout(limitMs));
      status = 204;
    } catch (error) {
      (log ?? platformOf(request).log)?.("error", JSON.stringify({ level: "error", message: "an event was not relayed; it comes again", error: String(error) }));
    }
    response.statusCode = status;
    response.end();
  };

import type { HttpFunction as FrameworkFunction } from "@google-cloud/functions-framework";
import type { QueueFunction } from "@isobar/core";
import { messages, type Wiring } from "@isobar/core/adapter";
import { push } from "../triggers/queue/codec.ts";
import { bodyOf } from "../triggers/http/codec.ts";
import { keepBodies } from "./bodies.ts";
import { platformOf } from "./invocation.ts";

/** One queue function behind a Pub/Sub push subscription. What is no wrapped push is answered 500, which never acknowledges. */
export function queue(fn: QueueFunction, wiring?: Wiring): FrameworkFunction {
  keepBodies();
  const run = messages(fn, push, wiring);
  return async (request, response) => {
    const platform = platformOf(request);
    let status = 500;
    try {
      const reply = await run({ rawBody: await bodyOf(request) }, platform);
      if ("respond" in reply) ({ status } = reply.respond);
    } catch (error) {
      platform.log?.("error", JSON.stringify({ level: "error", message: "the push could not be read; it comes again", code: "invalid-native-event", error: String(error) }));
    }
    response.statusCode = status;
    response.end();
  };
}

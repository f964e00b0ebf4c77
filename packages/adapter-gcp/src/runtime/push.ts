import type { HttpFunction as FrameworkFunction } from "@google-cloud/functions-framework";
import type { Consumer } from "@isobar/core";
import { messages, type MessageCodec, type Reading, type Wiring } from "@isobar/core/adapter";
import { bodyOf } from "../triggers/http/codec.ts";
import type { PushAnswer, RawRequest } from "../wires/request.ts";
import { keepBodies } from "./bodies.ts";
import { platformOf } from "./invocation.ts";

/** A function that is posted to: the codec's status is the answer. What is not of its wire is answered 500, which never acknowledges. */
export function postedTo<Fn extends Consumer, In, Told>(fn: Fn, reading: Reading<Fn, Told>, codec: MessageCodec<In, PushAnswer, Told>, wiring: Wiring = {}): FrameworkFunction {
  keepBodies(wiring);
  const run = messages(fn, reading, codec, wiring);
  return async (request, response) => {
    const platform = platformOf(request);
    let status = 500;
    try {
      const reply = await run({ rawBody: await bodyOf(request), rawHeaders: request.rawHeaders, url: request.originalUrl } satisfies RawRequest, platform);
      if ("respond" in reply) ({ status } = reply.respond);
    } catch (error) {
      (wiring.log ?? platform.log)?.("error", JSON.stringify({ level: "error", message: "the request could not be read; it comes again", code: "invalid-native-event", error: String(error) }));
    }
    response.statusCode = status;
    response.end();
  };
}

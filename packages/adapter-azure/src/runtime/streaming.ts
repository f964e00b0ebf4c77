/** A handler returns its head with a body that is still being made: the opposite turn of core's sink. */
import type { Sink } from "@isobar/core/adapter";
import type { HttpAnswer } from "../triggers/http/codec.ts";

/** Runs `work` against a sink; resolves with the answer once its head is known, and rejects where the work fails before. Later failures break the body. */
export function returning(work: (sink: Sink) => Promise<void>): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    let controller: ReadableStreamDefaultController<Uint8Array>;
    let wanted = () => {};
    let gone = false;
    const body = new ReadableStream<Uint8Array>({
      start: (given) => void (controller = given),
      pull: () => wanted(),
      cancel() {
        gone = true;
        wanted();
      },
    });
    work({
      open: (head) => resolve({ ...(head as HttpAnswer), body }),
      write(chunk) {
        if (gone) return Promise.reject(new Error("the client went away"));
        controller.enqueue(chunk);
        return (controller.desiredSize ?? 0) > 0 ? Promise.resolve() : new Promise((resume) => (wanted = resume));
      },
      async close() {
        if (!gone) controller.close();
      },
      abort: (cause) => controller.error(cause),
    }).catch(reject);
  });
}

/** Lambda's response streaming: https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html */
import type { Sink } from "@isobar/core/adapter";
import type { LambdaContext } from "../native.ts";

/** The part of Node's Writable that is used; importing node:stream would cost a cold start 2 ms. */
export interface LambdaStream {
  readonly destroyed: boolean;
  write(chunk: Uint8Array | string): boolean;
  end(then: () => void): void;
  on(event: "drain" | "close", then: () => void): void;
  off(event: "drain" | "close", then: () => void): void;
}
export interface LambdaStreaming {
  streamifyResponse(handler: (event: unknown, stream: LambdaStream, context: LambdaContext) => Promise<void>): unknown;
  readonly HttpResponseStream: { from(stream: LambdaStream, head: unknown): LambdaStream };
}
/** The runtime's own global; absent anywhere else. */
export const streaming = (): LambdaStreaming | undefined => (globalThis as { readonly awslambda?: LambdaStreaming }).awslambda;

export function sinkTo(lambda: LambdaStreaming, raw: LambdaStream): Sink {
  let stream = raw;
  return {
    open(head) {
      stream = lambda.HttpResponseStream.from(raw, head);
      // The head leaves with the first write only; an answer without a body would lose it.
      stream.write("");
    },
    write: (chunk) =>
      new Promise((resolve, reject) => {
        if (stream.destroyed) return reject(new Error("the client went away"));
        if (stream.write(chunk)) return resolve();
        const goOn = () => {
          stream.off("drain", goOn);
          stream.off("close", goOn);
          resolve();
        };
        stream.on("drain", goOn);
        stream.on("close", goOn);
      }),
    close: () =>
      new Promise((resolve) => {
        if (stream.destroyed) return resolve();
        stream.on("close", resolve);
        stream.end(resolve);
      }),
    // The rejection that follows is what breaks an answer off: destroying the stream would end the runtime client's process (seen with 4.0.2).
    abort: () => {},
  };
}

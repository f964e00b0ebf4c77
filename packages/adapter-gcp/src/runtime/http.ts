import type { HttpFunction as FrameworkFunction, Response as ExpressResponse } from "@google-cloud/functions-framework";
import { bytesOf, exchange, streamedExchange, type HttpFunctions, type Platform, type Sink, type Wiring } from "@isobar/core/adapter";
import { framework, type HttpAnswer } from "../triggers/http/codec.ts";
import { keepBodies } from "./bodies.ts";
import { platformOf } from "./invocation.ts";

function writeHead(response: ExpressResponse, { status, headers }: Omit<HttpAnswer, "body">): void {
  response.statusCode = status;
  for (const [name, value] of headers) response.appendHeader(name, value);
}
const sinkTo = (response: ExpressResponse): Sink => ({
  open: (head) => writeHead(response, head as Omit<HttpAnswer, "body">),
  write: (chunk) =>
    new Promise((resolve, reject) => {
      if (response.destroyed) return reject(new Error("the client went away"));
      if (response.write(chunk)) return resolve();
      const goOn = () => {
        response.off("drain", goOn).off("close", goOn);
        resolve();
      };
      response.on("drain", goOn).on("close", goOn);
    }),
  close: () =>
    new Promise((resolve) => {
      if (response.destroyed) return resolve();
      response.on("close", resolve).end(resolve);
    }),
  // Ending would make a broken answer look whole.
  abort: (cause) => void response.destroy(cause instanceof Error ? cause : undefined),
});

/** A function that gives whole answers. */
export const answerWith =
  (answer: (native: unknown, platform: Platform) => Promise<HttpAnswer>): FrameworkFunction =>
  async (request, response) => {
    const { body, ...head } = await answer(request, platformOf(request));
    writeHead(response, head);
    // With text, node:http would write the head in the body's encoding: "é" in a header would leave as two bytes.
    response.end(typeof body === "string" ? bytesOf(body) : body);
  };

/** All routes of a unit under one base URL, with our router. What is no request of the framework is answered 500. */
export function http(functions: HttpFunctions, wiring?: Wiring): FrameworkFunction {
  keepBodies(wiring);
  return answerWith(exchange(functions, framework, wiring));
}
/** The same for a unit of which some function streams: answers leave as they are made. */
export function httpStream(functions: HttpFunctions, wiring?: Wiring): FrameworkFunction {
  keepBodies(wiring);
  const streamed = streamedExchange(functions, framework, wiring);
  return (request, response) => streamed(request, platformOf(request), sinkTo(response));
}

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Seen } from "@isobar/core/adapter";
import { answerTooLarge, MAX_ANSWER_BYTES, MAX_STREAM_BYTES, type Failure } from "./limits.ts";
import { splitPrelude, type Streamed } from "./streamed.ts";

/** One invocation as the runtime is told of it. `deadlineMs` is a point in time, milliseconds since 1970. */
export interface Invocation {
  readonly id: string;
  readonly event: string;
  readonly deadlineMs: number;
  readonly functionArn: string;
  readonly trace: string;
}

/** What the process did, as this side of the wire sees it. */
export interface RuntimeListener {
  /** It asks for its next invocation and will wait for it. */
  ready(): void;
  ended(invocationId: string, seen: Seen): void;
  initFailed(failure: Failure): void;
  /** This server could not make sense of a request: a fault of the harness or of the client, never of the function. */
  fault(error: unknown): void;
}

export interface RuntimeApi {
  /** `host:port`, for AWS_LAMBDA_RUNTIME_API. */
  readonly address: string;
  /** Hands over an invocation if the process waits for one; tells whether it did. */
  hand(invocation: Invocation): boolean;
  close(): Promise<void>;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
const PREFIX = "/2018-06-01/runtime/";
const ANSWER = /^invocation\/([^/]+)\/(response|error)$/;

/**
 * A handler that throws in a stream lets the client end that request and ask for its next invocation at once, over two connections:
 * the question may arrive before the answer.
 */
const GRACE_MS = 250;
const UNANSWERED: Seen = { threw: { type: "Runtime.Unknown", message: "The runtime asked for its next invocation without answering this one." } };

interface Body {
  readonly chunks: readonly Uint8Array[];
  readonly bytes: number;
  /** False when the connection went before the last byte. */
  readonly complete: boolean;
}

/** Reads to the end whatever the size, so that the sender never blocks on us, but keeps no more than `keepBytes`. */
const read = (request: IncomingMessage, keepBytes: number): Promise<Body> =>
  new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    request.on("data", (chunk: Uint8Array) => {
      bytes += chunk.length;
      if (bytes <= keepBytes) chunks.push(chunk);
    });
    // A connection that breaks is no fault here: the process died or destroyed its stream, and `complete` says so.
    request.on("error", () => {});
    request.once("close", () => resolve({ chunks, bytes, complete: request.complete }));
  });

const text = (body: Body): string => Buffer.concat(body.chunks).toString("utf8");

/** In: the JSON of an error report. Out: its type and message; a nameless error is the emulator's `Runtime.Unknown` (fatalerror.go). */
function failure(json: string): Failure {
  const report = JSON.parse(json) as { errorType?: unknown; errorMessage?: unknown };
  return { type: typeof report.errorType === "string" ? report.errorType : "Runtime.Unknown", message: typeof report.errorMessage === "string" ? report.errorMessage : "" };
}

/** A throw after the stream began can only be told in HTTP trailers: the client writes the error's JSON there in base64. */
function streamFailure(request: IncomingMessage, body: Body): Failure | undefined {
  if (body.bytes > MAX_STREAM_BYTES) return answerTooLarge(MAX_STREAM_BYTES);
  const type = request.trailers["lambda-runtime-function-error-type"];
  const report = request.trailers["lambda-runtime-function-error-body"];
  if (report !== undefined) return failure(Buffer.from(report, "base64").toString("utf8"));
  return type === undefined ? undefined : { type, message: "" };
}

function streamed(request: IncomingMessage, body: Body): Seen {
  const contentType = request.headers["content-type"] ?? "application/octet-stream";
  const failed = streamFailure(request, body);
  const answer: Streamed = { contentType, ...splitPrelude(contentType, body.chunks), ...(failed !== undefined && { failed }) };
  return { returned: { streamed: answer } };
}

function reply(response: ServerResponse, status: number, body: Readonly<Record<string, string>>): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/**
 * Opens the server side of the Lambda runtime API for one process, on 127.0.0.1 and a port of the system's choice.
 * It judges sizes and reads answers; it knows no time and no process. It must not live in the process that it serves: the native
 * client blocks its process while it posts.
 */
export async function openRuntimeApi(listener: RuntimeListener): Promise<RuntimeApi> {
  let poll: ServerResponse | undefined;
  /** The invocation handed over and not answered yet. */
  let open: string | undefined;
  /** Its answer is arriving. */
  let reading = false;
  let grace: NodeJS.Timeout | undefined;

  const end = (seen: Seen): void => {
    clearTimeout(grace);
    const id = open;
    open = undefined;
    if (id !== undefined) listener.ended(id, seen);
  };
  const judge = (): void => {
    if (poll !== undefined && open !== undefined && !reading) end(UNANSWERED);
  };

  async function answer(kind: string, id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const streaming = request.headers["lambda-runtime-function-response-mode"] === "streaming";
    const limit = streaming ? MAX_STREAM_BYTES : MAX_ANSWER_BYTES;
    if (id === open) reading = true;
    const body = await read(request, kind === "error" ? Infinity : limit);
    if (id !== open) return reply(response, 400, { errorType: "InvalidRequestID", errorMessage: "Invalid request ID" });
    reading = false;
    // The client dies of a connection that broke, also when the handler destroyed its stream: its exit will tell.
    if (!body.complete) return;
    const tooLarge = kind === "response" && body.bytes > limit;
    if (kind === "error") end({ threw: failure(text(body)) });
    else if (streaming) end(streamed(request, body));
    else if (tooLarge) end({ threw: answerTooLarge(limit) });
    else end({ returned: JSON.parse(text(body)) as unknown });
    // The runtime hears 413 (rendering/rendering.go of the emulator) and carries on with its next invocation.
    if (tooLarge) reply(response, 413, { errorType: "RequestEntityTooLarge", errorMessage: `Exceeded maximum allowed payload size (${limit} bytes).` });
    else reply(response, 202, { status: "OK" });
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.startsWith(PREFIX) ? request.url.slice(PREFIX.length) : undefined;
    if (request.method === "GET" && path === "invocation/next") {
      poll = response;
      if (open !== undefined) grace = setTimeout(judge, GRACE_MS);
      response.once("close", () => {
        if (poll === response) poll = undefined;
      });
      return listener.ready();
    }
    const [, id, kind] = (request.method === "POST" && path !== undefined && ANSWER.exec(path)) || [];
    if (id !== undefined && kind !== undefined) return answer(kind, decodeURIComponent(id), request, response);
    const body = await read(request, Infinity);
    if (request.method !== "POST" || path !== "init/error") throw new Error(`The Lambda runtime API has no ${request.method} ${request.url}`);
    listener.initFailed(failure(text(body)));
    reply(response, 202, { status: "OK" });
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      response.destroy();
      listener.fault(error);
    });
  });
  // A poll waits for as long as there is no event, and a socket idles for as long as a handler runs: time is judged elsewhere.
  server.requestTimeout = server.headersTimeout = server.keepAliveTimeout = server.timeout = 0;
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    hand(invocation) {
      if (poll === undefined) return false;
      open = invocation.id;
      poll.writeHead(200, {
        "content-type": "application/json",
        "lambda-runtime-aws-request-id": invocation.id,
        "lambda-runtime-deadline-ms": String(invocation.deadlineMs),
        "lambda-runtime-invoked-function-arn": invocation.functionArn,
        "lambda-runtime-trace-id": invocation.trace,
      });
      poll.end(invocation.event);
      poll = undefined;
      return true;
    },
    close: () =>
      new Promise((resolve) => {
        clearTimeout(grace);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

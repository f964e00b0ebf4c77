import { Writable } from "node:stream";
import { afterEach, describe, expect, test, vi } from "vitest";
import { sinkTo, streaming, type LambdaStreaming } from "./streaming.ts";

/** A stream that holds every write until `take` is called; one waiting byte fills it. */
class Slow extends Writable {
  readonly taken: string[] = [];
  #next: (() => void) | undefined;
  constructor() {
    super({ highWaterMark: 1 });
  }
  override _write(chunk: Buffer, _encoding: string, done: () => void) {
    this.taken.push(String(chunk));
    this.#next = done;
  }
  take() {
    this.#next?.();
  }
}
const lambda = { streamifyResponse: (handler: unknown) => handler, HttpResponseStream: { from: (stream: Writable, head: unknown) => (stream.write(JSON.stringify(head)), stream) } } as unknown as LambdaStreaming;
const bytes = (text: string) => new TextEncoder().encode(text);
const settled = async (promise: Promise<unknown>) => {
  let done = false;
  void promise.then(() => (done = true), () => (done = true));
  await new Promise(setImmediate);
  return done;
};
afterEach(() => void vi.unstubAllGlobals());

describe("the sink over Lambda's stream", () => {
  test("open writes the head at once, so that an answer without a body has one", () => {
    const stream = new Slow();
    sinkTo(lambda, stream).open({ statusCode: 204 });
    expect(stream.taken).toEqual(['{"statusCode":204}']);
  });
  test("write waits while the stream is full, and goes on when it drains", async () => {
    const stream = new Slow();
    const sink = sinkTo(lambda, stream);
    const writing = sink.write(bytes("one"));
    expect(await settled(writing)).toBe(false);
    stream.take();
    expect([await settled(writing), stream.taken]).toEqual([true, ["one"]]);
  });
  test("a hundred waits leave no listener behind", async () => {
    const stream = new Slow();
    const sink = sinkTo(lambda, stream);
    for (let i = 0; i < 100; i++) {
      const writing = sink.write(bytes("x"));
      stream.take();
      await writing;
    }
    expect([stream.taken.length, stream.listenerCount("drain"), stream.listenerCount("close")]).toEqual([100, 0, 0]);
  });
  test("a write that waits goes on when the stream closes, and the next one is refused", async () => {
    const stream = new Slow();
    const sink = sinkTo(lambda, stream);
    const writing = sink.write(bytes("one"));
    stream.destroy();
    expect(await settled(writing)).toBe(true);
    await expect(sink.write(bytes("two"))).rejects.toThrow("the client went away");
  });
  test("close resolves once everything is taken", async () => {
    const stream = new Slow();
    const sink = sinkTo(lambda, stream);
    const writing = sink.write(bytes("one"));
    const closing = sink.close();
    expect(await settled(closing)).toBe(false);
    stream.take();
    await writing;
    expect([await settled(closing), stream.writableFinished]).toEqual([true, true]);
  });
  test("close of a stream that is gone, or goes while it closes, resolves", async () => {
    const gone = new Slow();
    gone.destroy();
    const going = new Slow();
    const sink = sinkTo(lambda, going);
    void sink.write(bytes("one"));
    const closing = sink.close();
    going.destroy();
    expect([await settled(sinkTo(lambda, gone).close()), await settled(closing)]).toEqual([true, true]);
  });
  test("abort leaves the stream to the runtime, which reports the rejection that follows", () => {
    const stream = new Slow();
    sinkTo(lambda, stream).abort(new Error("half way"));
    expect([stream.destroyed, stream.writableEnded]).toEqual([false, false]);
  });
});

describe("the runtime's global", () => {
  test("is taken when it is there, and missing elsewhere", () => {
    expect(streaming()).toBeUndefined();
    vi.stubGlobal("awslambda", lambda);
    expect(streaming()).toBe(lambda);
  });
});

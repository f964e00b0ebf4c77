import { expect, it } from "vitest";
import { splitPrelude } from "./streamed.ts";

const HTTP_ANSWER = "application/vnd.awslambda.http-integration-response";
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const joined = (chunks: readonly Uint8Array[]): string => Buffer.concat(chunks).toString("utf8");
const NULLS = "\0".repeat(8);

it("parses the prelude off wherever the stream is cut", () => {
  const whole = bytes(`{"statusCode":201,"headers":{"x":"é"}}${NULLS}body\0\0 after`);
  for (let first = 0; first <= whole.length; first++) {
    for (const second of [first, Math.min(first + 3, whole.length)]) {
      const split = splitPrelude(HTTP_ANSWER, [whole.subarray(0, first), whole.subarray(first, second), whole.subarray(second)]);
      expect(split.prelude).toEqual({ statusCode: 201, headers: { x: "é" } });
      expect(joined(split.chunks)).toBe("body\0\0 after");
    }
  }
});

it("keeps the cut of the chunks after the prelude", () => {
  const split = splitPrelude(HTTP_ANSWER, [bytes("{}"), bytes(NULLS), bytes("a"), bytes("bc")]);
  expect(split.chunks.map((chunk) => joined([chunk]))).toEqual(["a", "bc"]);
});

it("finds no prelude in a stream of another type, even with NULs in it", () => {
  expect(splitPrelude("text/plain", [bytes(`{}${NULLS}a`)])).toEqual({ prelude: undefined, chunks: [bytes(`{}${NULLS}a`)] });
});

it("finds no prelude in a stream that ends before the delimiter is complete", () => {
  expect(splitPrelude(HTTP_ANSWER, [bytes("{}\0\0\0\0\0\0\0")]).prelude).toBeUndefined();
  expect(splitPrelude(HTTP_ANSWER, [])).toEqual({ prelude: undefined, chunks: [] });
});

it("throws when what stands before the delimiter is not JSON", () => {
  expect(() => splitPrelude(HTTP_ANSWER, [bytes(`oops${NULLS}`)])).toThrow(SyntaxError);
});

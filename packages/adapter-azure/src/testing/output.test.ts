import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { markOf, readMarked } from "./output.ts";

test("marks are taken out of the text wherever the stream is cut, and other NULs stay", async () => {
  const text = `a\0b${markOf(1)}c${markOf(2)}\0`;
  for (let cut = 0; cut <= text.length; cut += 1) {
    const stream = new PassThrough();
    let written = "";
    const upTo = readMarked(stream, (part) => {
      written += part;
    });
    const first = upTo(1);
    stream.write(text.slice(0, cut));
    stream.write(text.slice(cut));
    await first;
    await upTo(2);
    await upTo(1);
    expect(written.startsWith("a\0bc")).toBe(true);
    const closed = new Promise((resolve) => stream.once("close", resolve));
    stream.end();
    await closed;
    expect(written).toBe("a\0bc\0");
  }
});

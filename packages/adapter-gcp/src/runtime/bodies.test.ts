import { createServer, request, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { keepBodies } from "./bodies.ts";

const ask = async (seen: (request: IncomingMessage) => unknown): Promise<unknown> => {
  let told: unknown;
  const server = createServer((incoming, response) => {
    told = seen(incoming);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve, reject) => request({ port, host: "127.0.0.1", method: "POST", headers: { "content-type": "application/json" }, timeout: 5_000 }, (response) => response.resume().on("end", resolve)).on("error", reject).end("{}"));
  await new Promise((resolve) => server.close(resolve));
  return told;
};

test("parsers of the first server see no content type, raw headers keep it, and later servers are left alone", async () => {
  keepBodies();
  keepBodies();
  expect(await ask(({ headers, rawHeaders }) => [headers["content-type"], rawHeaders.includes("content-type")])).toEqual([undefined, true]);
  expect(await ask(({ headers }) => headers["content-type"])).toBe("application/json");
});

import { describe, expect, test } from "vitest";
import { callWires } from "./testing.ts";

const [http, ahead] = callWires;
describe("a call", () => {
  test("that is answered is a POST to the function's own URL with the payload as its body", async () => {
    const decoded = await http!.decode(http!.caller!.fabricate({ n: 1 }, "hello"));
    expect("request" in decoded && [decoded.request.method, decoded.request.path, new TextDecoder().decode((await decoded.request.body()) as Uint8Array)]).toEqual(["POST", "/", '{"n":1}']);
  });
  test("that was captured as its payload alone is the same", async () => {
    const decoded = await http!.decode([1, "two"]);
    expect("request" in decoded && [decoded.request.header("content-type"), new TextDecoder().decode((await decoded.request.body()) as Uint8Array)]).toEqual(["application/json", '[1,"two"]']);
  });
  test("that was sent ahead is a message", async () => {
    const decoded = await ahead!.decode(ahead!.side!.fabricate([{ id: "m-1", attempt: 1, enqueuedAt: 0, body: '{"n":1}' }], "hello"));
    const [item] = "items" in decoded ? decoded.items : [];
    expect(item !== undefined && "deliveries" in item && Buffer.from(item.deliveries[0]!.body).toString()).toBe('{"n":1}');
  });
  test("gives its result for 200 and its error's code for anything else", () => {
    const answer = (status: number, text: string) => http!.caller!.interpret({ returned: { status, headers: [], chunks: [Buffer.from(text)] } });
    expect([answer(200, "null"), answer(422, '{"code":"rejected"}'), http!.caller!.interpret({ exited: 1 })]).toEqual([{ result: null }, { failed: '422 {"code":"rejected"}' }, { failed: '{"exited":1}' }]);
  });
});

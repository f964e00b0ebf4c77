import { expect, test } from "vitest";
import { serviceBusTopic } from "./codec.ts";

const body = new TextEncoder().encode("{}");
const told = (over: object) => {
  const [item] = serviceBusTopic.decode({ body, metadata: { messageId: "m-1", ...over } }).items;
  return "deliveries" in item! ? item.deliveries[0]!.told!() : undefined;
};

test("a message's subject is the sender's, by either of its names", () => {
  expect([told({ subject: "greetings" }), told({ label: "greetings" })]).toEqual([{ subject: "greetings" }, { subject: "greetings" }]);
});
test("edge 42: a subject of digits that the worker has parsed is text again", () => expect(told({ subject: 42 })).toEqual({ subject: "42" }));
test.each([[{}], [{ subject: null }]])("with %j there is none", (over) => expect(told(over)).toEqual({ subject: undefined }));
test("a copy behind a delay has its subject in the property isobar; a property of that name that is not ours has none", () => {
  const carried = (isobar: unknown) => told({ applicationProperties: { isobar } });
  expect([carried('{"v":1,"id":"m-1","used":1,"subject":"greetings"}'), carried('{"v":1}'), carried('{"subject":1}'), carried("x"), carried("null")]).toEqual([{ subject: "greetings" }, { subject: undefined }, { subject: undefined }, { subject: undefined }, { subject: undefined }]);
});

import { expect, test } from "vitest";
import { streamPush } from "./codec.ts";

const record = (over: object = {}) => {
  const [item] = streamPush.decode({ rawBody: Buffer.from(JSON.stringify({ subscription: "s", message: { messageId: "m-1", data: "AP+ACg==", ...over } })) }).items;
  return item !== undefined && "deliveries" in item ? item.deliveries[0]! : undefined;
};
test("the ordering key is the partition key and the group, the message's id its place", () => {
  expect([record({ orderingKey: "k" })!.group, record({ orderingKey: "k" })!.told!(), record()!.body]).toEqual(["k", { partitionKey: "k", sequence: "m-1" }, new Uint8Array([0, 255, 128, 10])]);
});
test("without an ordering key it has no partition and follows nothing", () => expect([record()!.group, record({ orderingKey: "" })!.told!()]).toEqual([undefined, { partitionKey: undefined, sequence: "m-1" }]));

import { describe, expect, test } from "vitest";
import type { Item } from "@isobar/core/adapter";
import type { StorageTold } from "@isobar/core";
import { storageBackgroundEvent, storageEvent, storagePush } from "./codec.ts";

const raw = (body: unknown, ...rawHeaders: string[]) => ({ rawBody: Buffer.from(JSON.stringify(body)), rawHeaders });
const delivered = (item: Item<StorageTold> | undefined) => (item !== undefined && "deliveries" in item ? item.deliveries : []);
const invalid = expect.objectContaining({ code: "invalid-input" });
const refused = expect.objectContaining({ code: "invalid-native-event" });

/** https://cloud.google.com/storage/docs/json_api/v1/objects#resource */
const resource = { kind: "storage#object", name: "grüße 1 + 100%.txt", bucket: "uploads", generation: "1893456000000001", size: "1000", etag: "CNHZkbuF/ugCEAE=", contentType: "text/plain" };
const object = { bucket: "uploads", key: "grüße 1 + 100%.txt", size: 1000, etag: "CNHZkbuF/ugCEAE=", version: "1893456000000001", contentType: "text/plain" };

describe("a notification over Pub/Sub", () => {
  const attributes = { notificationConfig: "projects/_/buckets/uploads/notificationConfigs/1", eventType: "OBJECT_FINALIZE", payloadFormat: "JSON_API_V1", bucketId: "uploads", objectId: "grüße 1 + 100%.txt", objectGeneration: "1893456000000001", eventTime: "2030-01-01T00:00:00.123456Z" };
  const items = (over: object = {}, data: unknown = resource) => storagePush.decode(raw({ subscription: "s", deliveryAttempt: 2, message: { messageId: "m-1", data: Buffer.from(typeof data === "string" ? data : JSON.stringify(data)).toString("base64"), attributes: { ...attributes, ...over } } })).items;
  const only = (over?: object, data?: unknown) => delivered(items(over, data)[0])[0]!;

  test("tells the object as its attributes name it, and as its JSON describes it", () => {
    expect(only().told!()).toEqual({ change: "created", time: "2030-01-01T00:00:00.123456Z", object });
    expect([only().id, only().attempt]).toEqual(["m-1", 2]);
  });
  test.each([["OBJECT_FINALIZE", "created"], ["OBJECT_DELETE", "deleted"], ["OBJECT_ARCHIVE", "archived"], ["OBJECT_METADATA_UPDATE", "updated"], ["OBJECT_SOMETHING_NEW", "other"], ["toString", "other"]])("%s is %s", (eventType, change) => expect(only({ eventType }).told!().change).toBe(change));
  test("a delete that is half of an overwrite is acknowledged and no event; the archiving of an overwritten version is one", () => {
    expect(items({ eventType: "OBJECT_DELETE", overwrittenByGeneration: "1893456000000002" })).toEqual([{ id: "m-1", deliveries: [] }]);
    expect(only({ eventType: "OBJECT_ARCHIVE", overwrittenByGeneration: "1893456000000002" }).told!().change).toBe("archived");
  });
  test("without a payload it tells the names alone", () => {
    for (const payloadFormat of ["NONE", "JSON_API_V1"]) expect(only({ payloadFormat }, "").told!().object).toStrictEqual({ bucket: "uploads", key: "grüße 1 + 100%.txt", version: "1893456000000001" });
    expect(only({ objectGeneration: undefined }, {}).told!().object).toStrictEqual({ bucket: "uploads", key: "grüße 1 + 100%.txt" });
  });
  test.each([["0", 0], [0, 0], [null, undefined]])("a size of %j is %s", (size, expected) => expect(only({}, { ...resource, size }).told!().object.size).toBe(expected));
  test("a dead letter keeps the attributes too", () => expect(JSON.parse(only().body as string)).toMatchObject({ messageId: "m-1", attributes }));
  test.each([[{ eventType: undefined }, resource], [{ objectId: undefined }, resource], [{ bucketId: "" }, resource], [{}, "{"], [{}, "[]"], [{}, { size: "many" }], [{}, { size: -1 }], [{}, { size: "-1" }], [{}, { size: "1 kB" }], [{}, { size: true }], [{}, { size: ["1"] }], [{}, { size: 2 ** 60 }]])("%j, %j is rejected, not acknowledged", (over, data) => expect(() => only(over, data).told!()).toThrow(invalid));
});

describe("Eventarc's event", () => {
  const attributes = { specversion: "1.0", id: "e-1", source: "//storage.googleapis.com/projects/_/buckets/uploads", subject: "objects/grüße 1 + 100%.txt", time: "2030-01-01T00:00:00Z" };
  const structured = (type: string, data: unknown = resource) => storageEvent.decode(raw({ ...attributes, type, datacontenttype: "application/json", data }, "content-type", "application/cloudevents+json")).items[0];
  const binary = (over: readonly string[] = [], body: Uint8Array = Buffer.from(JSON.stringify(resource))) =>
    storageEvent.decode({ rawBody: body, rawHeaders: ["Content-Type", "application/json", "ce-specversion", "1.0", "ce-id", "e-1", "ce-source", attributes.source, "ce-subject", "objects/gr%C3%BC%C3%9Fe%201%20+%20100%25.txt", "ce-time", attributes.time, "ce-type", "google.cloud.storage.object.v1.finalized", ...over] }).items[0];

  test("is the same in both modes", () => {
    const expected = { change: "created", time: "2030-01-01T00:00:00Z", object };
    expect([delivered(structured("google.cloud.storage.object.v1.finalized"))[0]!.told!(), delivered(binary())[0]!.told!()]).toEqual([expected, expected]);
  });
  test("edge 53's neighbour: data in base64 are JSON all the same", () => {
    const body = { ...attributes, type: "google.cloud.storage.object.v1.finalized", datacontenttype: "application/json", data_base64: Buffer.from(JSON.stringify(resource)).toString("base64") };
    expect(delivered(storageEvent.decode(raw(body, "content-type", "application/cloudevents+json")).items[0])[0]!.told!().object).toEqual(object);
  });
  test("names that the data lack are the event's own", () => expect(delivered(structured("google.cloud.storage.object.v1.deleted", {}))[0]!.told!()).toMatchObject({ change: "deleted", object: { bucket: "uploads", key: "grüße 1 + 100%.txt" } }));
  test.each([[{ subject: "folders/x" }], [{ subject: undefined }], [{ source: "//storage.googleapis.com/projects/_" }]])("with %j and data without names it names no object, and is rejected", (over) => {
    const event = { ...attributes, type: "google.cloud.storage.object.v1.deleted", data: {}, ...over };
    expect(() => delivered(storageEvent.decode(raw(event, "content-type", "application/cloudevents+json")).items[0])[0]!.told!()).toThrow(invalid);
  });
  test.each([[{ data: "text" }], [{ data: [1] }], [{}], [{ datacontenttype: "application/protobuf", data_base64: "e30=" }], [{ datacontenttype: "application/json", data_base64: "ew==" }]])("%j is no object, and is rejected", (over) => {
    const event = { ...attributes, type: "google.cloud.storage.object.v1.finalized", ...over };
    expect(() => delivered(storageEvent.decode(raw(event, "content-type", "application/cloudevents+json")).items[0])[0]!.told!()).toThrow(invalid);
  });
  test("data in base64 without a content type are JSON, which is the format's own", () => {
    const event = { ...attributes, type: "google.cloud.storage.object.v1.finalized", data_base64: Buffer.from(JSON.stringify(resource)).toString("base64") };
    expect(delivered(storageEvent.decode(raw(event, "content-type", "application/cloudevents+json")).items[0])[0]!.told!().object).toEqual(object);
  });
  test.each([["archived", "archived"], ["metadataUpdated", "updated"], ["somethingNew", "other"]])("%s is %s", (word, change) => expect(delivered(structured(`google.cloud.storage.object.v1.${word}`))[0]!.told!().change).toBe(change));
  test("a generation that is a number is its text: older writers of the data had it so", () => expect(delivered(structured("google.cloud.storage.object.v1.finalized", { ...resource, generation: 96883251 }))[0]!.told!().object.version).toBe("96883251"));
  test.each([["google.firebase.auth.user.v1.created"], ["google.firebase.database.ref.v1.written"], ["google.cloud.firestore.document.v1.created"], ["com.example"]])("%s is of another service", (type) => expect(() => structured(type)).toThrow(refused));
  test("data that are not what their type says are rejected with the bytes kept", () => {
    const [delivery] = delivered(binary([], Buffer.from("{")));
    expect(() => delivery!.told!()).toThrow(invalid);
    expect(JSON.parse(delivery!.body as string)).toMatchObject({ id: "e-1", data_base64: Buffer.from("{").toString("base64") });
  });
  test("a dead letter is the whole event in the JSON format, its data to the letter", () => expect(delivered(binary([], Buffer.from('{"size":9007199254740993}')))[0]!.body).toMatch(/^\{"specversion":"1\.0",.*"data":\{"size":9007199254740993\}\}$/));
});

describe("edge 51: a background event", () => {
  const context = { eventId: "e-1", timestamp: "2030-01-01T00:00:00Z", eventType: "google.storage.object.finalize", resource: { service: "storage.googleapis.com", name: "projects/_/buckets/uploads/objects/a/b.txt", type: "storage#object" } };
  const told = (body: unknown) => delivered(storageBackgroundEvent.decode(raw(body)).items[0])[0]!.told!();
  test("tells its object", () => expect(told({ context, data: resource })).toEqual({ change: "created", time: "2030-01-01T00:00:00Z", object }));
  test.each([["delete", "deleted"], ["archive", "archived"], ["metadataUpdate", "updated"]])("%s is %s", (word, change) => expect(told({ context: { ...context, eventType: `google.storage.object.${word}` }, data: resource }).change).toBe(change));
  test.each([["exists", "1", "created"], ["exists", "2", "updated"], ["not_exists", "2", "deleted"], ["else", "1", "other"]])("of the oldest, flat form the object says what happened: %s, %s is %s", (resourceState, metageneration, change) => {
    expect(told({ ...context, eventType: "providers/cloud.storage/eventTypes/object.change", resource: "projects/_/buckets/uploads/objects/a/b.txt#1893456000000001", data: { resourceState, metageneration } })).toMatchObject({ change, object: { bucket: "uploads", key: "a/b.txt" } });
  });
  test("a key may end like a generation where there is none, or hold a number sign", () => {
    const flat = (key: string) => told({ ...context, eventType: "google.storage.object.delete", resource: `projects/_/buckets/uploads/objects/${key}`, data: {} }).object;
    expect([flat("a#1/b#2").key, flat("a#b").key, flat("objects/a").key]).toEqual(["a#1/b", "a#b", "objects/a"]);
    expect(flat("a").bucket).toBe("uploads");
  });
  test("one whose resource names no bucket, or that has none, is rejected", () => {
    for (const given of [undefined, "projects/p/topics/t"]) expect(() => told({ ...context, resource: given, data: { name: "a" } })).toThrow(invalid);
  });
  test("one that names no object is rejected", () => expect(() => told({ context: { ...context, resource: { name: "projects/_/buckets/uploads" } }, data: {} })).toThrow(invalid));
  test.each([["google.pubsub.topic.publish"], ["providers/firebase.auth/eventTypes/user.create"], ["com.google.storage.object.finalize"], ["google.storage.object.finalize.v2"]])("%s is of another service", (eventType) => expect(() => told({ context: { ...context, eventType }, data: {} })).toThrow(refused));
});

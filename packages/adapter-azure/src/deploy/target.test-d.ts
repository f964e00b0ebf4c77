import { defineApp, defineBucket, defineQueue, defineStream, queue, storage, stream } from "@isobar/core";
import { test } from "vitest";
import { azure } from "./target.ts";

const each = { delivery: { maxAttempts: 3, deadLetter: "discard" } } as const;
const app = defineApp("shop", { charge: queue(defineQueue("orders"), each, () => {}), resize: storage(defineBucket("uploads"), each, () => {}), count: stream(defineStream("clicks"), each, () => {}) });

test("a function's settings are those of its kind, and only what is deployed can be asked for", () => {
  azure(app, { functions: { charge: { variant: "storage-queue" }, resize: { variant: "direct" }, count: { variant: "event-hubs" } } });
  azure(app, { stage: "live", runtime: "24", alarms: false, functions: { charge: { alwaysReady: 1, subnetId: "/subscriptions/s" } }, existing: { vault: { name: "v", resourceGroup: "g" } } });
  // @ts-expect-error a function's memory is its own to say, whatever the cloud
  azure(app, { functions: { charge: { instanceMemoryMB: 512 } } });
  // @ts-expect-error no such version
  azure(app, { runtime: "20" });
  // @ts-expect-error no such wire of a queue
  azure(app, { functions: { charge: { variant: "direct" } } });
  // @ts-expect-error decodes only
  azure(app, { functions: { resize: { variant: "event-grid-schema" } } });
  // @ts-expect-error decodes only
  azure(app, { functions: { count: { variant: "kafka" } } });
  // @ts-expect-error no such function
  azure(app, { functions: { chrage: {} } });
});

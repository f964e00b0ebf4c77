/** Every wire of this adapter, a kind's default first. */
import type { Wire } from "@isobar/core/adapter";
import { busWires } from "../triggers/bus/testing.ts";
import { callWires } from "../triggers/call/testing.ts";
import { changesWires } from "../triggers/changes/testing.ts";
import { httpWires } from "../triggers/http/testing.ts";
import { logsWires } from "../triggers/logs/testing.ts";
import { queueWires } from "../triggers/queue/testing.ts";
import { scheduleWires } from "../triggers/schedule/testing.ts";
import { storageWires } from "../triggers/storage/testing.ts";
import { streamWires } from "../triggers/stream/testing.ts";
import { topicWires } from "../triggers/topic/testing.ts";

export const wires = [...httpWires, ...queueWires, ...topicWires, ...storageWires, ...scheduleWires, ...changesWires, ...streamWires, ...busWires, ...logsWires, ...callWires] as readonly Wire[];

/**
 * Bus on Azure Functions: any event of Event Grid, in Service Bus messages or handed over by `app.eventGrid` (see wires/event-grid.ts).
 *
 * | Isobar           | CloudEvents       | Event Grid schema  |
 * |------------------|-------------------|--------------------|
 * | id, subject, time| the event's       | the event's        |
 * | event.source     | source            | topic              |
 * | event.detailType | type              | eventType          |
 * | event.detail     | data, data_base64 | data               |
 */
import { cloudEventOf } from "@isobar/core/adapter";
import type { BusTold } from "@isobar/core";
import { cloudEventIn, eventGridCodec, gridEventOf, type GridEvent } from "../../wires/event-grid.ts";
import { serviceBusCodec } from "../../wires/service-bus.ts";

const busToldBy = ({ source, type, subject, time, data }: GridEvent): BusTold => ({ event: { source, detailType: type, detail: data }, subject, time });

export const queuedBus = /* @__PURE__ */ serviceBusCodec(/* @__PURE__ */ cloudEventIn(busToldBy));
export const directBus = /* @__PURE__ */ eventGridCodec(cloudEventOf, busToldBy);
export const gridBus = /* @__PURE__ */ eventGridCodec(gridEventOf, busToldBy);

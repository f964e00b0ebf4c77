/** What is measured: one event each, and the ratio to a native handler that we aim at (DESIGN.md §8 "Cost"). */
import { apiEvent, batch, largeBody, order, sqsEvent } from "./events.ts";

export interface Scenario {
  readonly what: string;
  /** As the runtime's JSON.parse would hand it over. */
  readonly event: unknown;
  /** Isobar's time over native's, at most. */
  readonly target: number;
}

const scenario = (what: string, target: number, event: object): Scenario => ({ what, target, event: JSON.parse(JSON.stringify(event)) });

export const scenarios = {
  get: scenario("GET, small JSON answer", 3, apiEvent("GET", "/orders/ord-4711", { parameters: { id: "ord-4711" } })),
  post: scenario("POST, 1 KB JSON validated", 1.2, apiEvent("POST", "/orders", { type: "application/json", body: JSON.stringify(order(6)) })),
  binary: scenario("POST, 64 KB binary echo", 1.2, apiEvent("POST", "/echo", { type: "application/octet-stream", body: largeBody })),
  queue: scenario("SQS, batch of 10, all good", 1.2, sqsEvent(batch(10))),
  "queue-bad": scenario("SQS, batch of 10, one fails", 1.2, sqsEvent(batch(10, { declined: 7 }))),
} satisfies Readonly<Record<string, Scenario>>;

export type ScenarioName = keyof typeof scenarios;
export const scenarioNames = Object.keys(scenarios) as readonly ScenarioName[];

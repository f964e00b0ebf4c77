import { expect, test } from "vitest";
import { wires } from "./wires.ts";

test("a path that deploys has rules and the entry that is deployed; what only decodes has neither, and what is answered has no broker", () => {
  const has = wires.map(({ kind, variant, rules, enter }) => `${kind} ${variant}: ${[rules && "rules", enter && "enter"].filter((each) => each !== undefined).join(", ") || "neither"}`);
  expect(has).toEqual([
    "http functions-framework: enter",
    "queue pubsub-push: rules, enter", "queue unwrapped: neither", "queue cloudevent: neither", "queue background: neither",
    "topic pubsub-push: rules, enter", "topic unwrapped: neither", "topic cloudevent: neither", "topic background: neither",
    "storage gcs-pubsub: rules, enter", "storage direct: rules, enter", "storage background: neither",
    "schedule scheduler-pubsub: rules, enter", "schedule direct: rules, enter",
    "changes eventarc-pubsub: rules, enter", "changes direct: rules, enter",
    "stream pubsub-push: rules, enter",
    "bus pubsub: rules, enter", "bus direct: rules, enter",
    "logs sink-pubsub: rules, enter",
    "call http: enter", "call async: rules, enter",
  ]);
});

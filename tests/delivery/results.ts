/** Every scenario of the delivery contract on every path of every cloud. */
import type { TriggerKind } from "@isobar/core";
import type { Wire } from "@isobar/core/adapter";
import { deliveredWires, runScenario, scenarios, type Result, type Scenario, type Subject } from "@isobar/conformance/lab";

export interface PathResults {
  readonly cloud: string;
  readonly wire: Wire;
  /** Whether it is its kind's default on this cloud. */
  readonly byDefault: boolean;
  /** In the scenarios' order. */
  readonly results: readonly Result[];
}
export interface KindResults {
  readonly kind: TriggerKind;
  readonly paths: readonly PathResults[];
}
export const asynchronousKinds = ["queue", "topic", "storage", "schedule", "changes", "stream", "bus", "logs", "call"] as const satisfies readonly TriggerKind[];

/** Runs everything. A total table: one result for each scenario, kind and path. */
export async function deliveryResults(clouds: readonly Subject[]): Promise<readonly KindResults[]> {
  const all: KindResults[] = [];
  for (const kind of asynchronousKinds) {
    const paths: PathResults[] = [];
    for (const subject of clouds) {
      const own = subject.wires.filter((wire) => wire.kind === kind && wire.side !== undefined);
      for (const wire of deliveredWires(subject).filter((each) => each.kind === kind)) {
        const results: Result[] = [];
        for (const scenario of scenarios) results.push(await runScenario(subject, wire, scenario));
        paths.push({ cloud: subject.cloud, wire, byDefault: own[0] === wire, results });
      }
    }
    all.push({ kind, paths });
  }
  return all;
}
/** One scenario's result on one path. */
export const resultOf = ({ results }: PathResults, scenario: Scenario): Result => results[scenarios.indexOf(scenario)]!;

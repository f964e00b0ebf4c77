/** What a contender is: for each scenario, a handler as Lambda calls it. */
import type { ScenarioName } from "../scenarios.ts";

export interface Context {
  readonly awsRequestId: string;
  readonly functionName: string;
  getRemainingTimeInMillis(): number;
}
export type Handler = (event: never, context: Context) => Promise<unknown>;
export type Contender = Readonly<Record<ScenarioName, Handler>>;

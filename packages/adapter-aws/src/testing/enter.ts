/** The entry that is deployed, called in this process as the runtime client calls it. */
import type { Seen, Wiring } from "@isobar/core/adapter";
import type { AnyFunction } from "@isobar/core";
import type { Rendered } from "@isobar/core/plan";
import type { LambdaContext } from "../native.ts";
import { alb, bus, busDirect, call, callAsync, changes, functionUrl, functionUrlStream, http, inside, logs, logsDirect, postponing, queue, restApi, schedule, scheduleDirect, storage, storageDirect, stream, streamKafka, topic, topicDirect } from "../runtime/index.ts";
import { ofType } from "../deploy/resources.ts";

/** By name, as entries call them; a namespace object would keep all of them in every bundle. */
const runtime = { alb, bus, busDirect, call, callAsync, changes, functionUrl, functionUrlStream, http, inside, logs, logsDirect, postponing, queue, restApi, schedule, scheduleDirect, storage, storageDirect, stream, streamKafka, topic, topicDirect };

type Maker = (fn: AnyFunction, wiring: Wiring) => (event: unknown, context: LambdaContext) => Promise<unknown>;
/** Seconds, where a template says nothing: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
const defaultTimeout = 3;

/** What the maker and the keeping of a rendered binding see of each invocation; the context tells the time that the clock has left. */
export function enter(fn: AnyFunction, { maker, keeping, resources }: Rendered, wiring: Wiring): (native: unknown) => Promise<Seen> {
  const made = runtime as unknown as Readonly<Record<string, Maker | Wiring["keeping"]>>;
  const handler = (made[maker] as Maker)(fn, keeping === undefined ? wiring : { ...wiring, keeping: made[keeping] as NonNullable<Wiring["keeping"]> });
  const [[, lambda] = []] = ofType(resources, "AWS::Lambda::Function");
  const timeoutMs = Number(lambda?.Properties.Timeout ?? defaultTimeout) * 1000;
  const now = wiring.clock?.now ?? Date.now;
  let count = 0;
  return async (native) => {
    const until = now() + timeoutMs;
    const context = { awsRequestId: `request-${++count}`, functionName: wiring.name ?? "function", getRemainingTimeInMillis: () => Math.max(0, until - now()) } as unknown as LambdaContext;
    try {
      return { returned: (await handler(native, context)) ?? null };
    } catch (error) {
      const { name, message } = error as Error;
      return { threw: { type: name, message } };
    }
  };
}

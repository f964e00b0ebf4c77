/** The entry that is deployed, called in this process as the harness calls it in one of its own. */
import type { AnyFunction } from "@isobar/core";
import type { Rendered, Seen, Wiring } from "@isobar/core/adapter";
import type { LocalContext } from "../native.ts";
import { bus, call, callAsync, changes, http, inside, logs, postponing, queue, schedule, storage, stream, topic } from "../runtime/index.ts";

/** By name, as entries call them; a namespace object would keep all of them in every bundle. */
const runtime = { bus, call, callAsync, changes, http, inside, logs, postponing, queue, schedule, storage, stream, topic };

type Maker = (fn: unknown, wiring: Wiring) => (native: unknown, context: LocalContext) => Promise<unknown>;

/** What the maker and the keeping of a rendered binding see of each invocation. */
export function enter(fn: AnyFunction, { maker, keeping }: Rendered, wiring: Wiring): (native: unknown) => Promise<Seen> {
  const made = runtime as unknown as Readonly<Record<string, Maker | Wiring["keeping"]>>;
  const handler = (made[maker] as Maker)(fn, keeping === undefined ? wiring : { ...wiring, keeping: made[keeping] as NonNullable<Wiring["keeping"]> });
  let count = 0;
  return async (native) => {
    try {
      return { returned: await handler(native, { invocationId: `local-${++count}`, functionName: wiring.name ?? "function" }) };
    } catch (error) {
      const { name, message } = error as Error;
      return { threw: { type: name, message } };
    }
  };
}

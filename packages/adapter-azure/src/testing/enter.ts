/** The entry that is deployed, called in this process with what the library would hand over. */
import type { InvocationContext } from "@azure/functions";
import type { AnyFunction } from "@isobar/core";
import type { Rendered, Seen, Wiring } from "@isobar/core/adapter";
import type { Registration } from "../deploy/registration.ts";
import { bus, busDirect, busEventGridSchema, call, callAsync, changes, holding, http, httpStream, inside, logs, queue, queueStorageQueue, requeuing, schedule, scheduleDirect, storage, storageDirect, storageEventGridSchema, stream, streamKafka, topic } from "../runtime/index.ts";
import { received, type Form } from "./received.ts";

/** By name, as entries call them; a namespace object would keep all of them in every bundle. */
const runtime = { bus, busDirect, busEventGridSchema, call, callAsync, changes, holding, http, httpStream, inside, logs, queue, queueStorageQueue, requeuing, schedule, scheduleDirect, storage, storageDirect, storageEventGridSchema, stream, streamKafka, topic };

type Maker = (fn: AnyFunction, wiring: Wiring) => (body: unknown, context: InvocationContext) => Promise<unknown>;
/** How a trigger's value comes, by the registration: what the plan renders asks for bytes wherever it can. */
const forms: Partial<Record<Registration["app"], Form>> = { eventGrid: "json", cosmosDB: "list", timer: "timer" };

/** What the maker and the keeping of a rendered binding see of each invocation. */
export function enter(fn: AnyFunction, { maker, keeping, resources }: Rendered, wiring: Wiring): (native: unknown) => Promise<Seen> {
  const made = runtime as unknown as Readonly<Record<string, Maker | Wiring["keeping"]>>;
  const handler = (made[maker] as Maker)(fn, keeping === undefined ? wiring : { ...wiring, keeping: made[keeping] as NonNullable<Wiring["keeping"]> });
  const { app, name } = resources.registration as Registration;
  const form = forms[app] ?? "bytes";
  const { debug, info, warn, error } = console;
  let count = 0;
  return async (native) => {
    try {
      const { body, metadata } = received(native, form);
      await handler(body, { invocationId: `invocation-${++count}`, functionName: name, triggerMetadata: metadata, debug, info, warn, error } as unknown as InvocationContext);
      return { returned: { outputData: [] } };
    } catch (error) {
      const { name: type, message } = error as Error;
      return { threw: { type, message } };
    }
  };
}

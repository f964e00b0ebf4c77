/** The entry that is deployed, called in this process with requests and responses as the framework makes them, as far as entries use them. */
import type { AnyFunction } from "@isobar/core";
import type { Seen, Wiring } from "@isobar/core/adapter";
import type { Rendered } from "@isobar/core/plan";
import { bus, busDirect, call, callAsync, changes, changesDirect, http, httpStream, inside, logs, queue, queueBackground, queueCloudevent, queueUnwrapped, schedule, scheduleDirect, storage, storageBackground, storageDirect, stream, topic, topicBackground, topicCloudevent, topicUnwrapped } from "../runtime/index.ts";
import { bodyOf, type HttpCall } from "./exchange.ts";

/** By name, as entries call them; a namespace object would keep all of them in every bundle. */
const runtime = { bus, busDirect, call, callAsync, changes, changesDirect, http, httpStream, inside, logs, queue, queueBackground, queueCloudevent, queueUnwrapped, schedule, scheduleDirect, storage, storageBackground, storageDirect, stream, topic, topicBackground, topicCloudevent, topicUnwrapped };

type Maker = (what: unknown, wiring: Wiring) => (request: unknown, response: unknown) => unknown;
/** Routes of one unit are made together, by their names. */
const ofRoutes: ReadonlySet<string> = new Set(["http", "httpStream"]);

const requestOf = ({ method, path, headers, ...call }: HttpCall) => {
  const body = bodyOf({ method, path, headers, ...call });
  return {
    method,
    url: path,
    originalUrl: path,
    rawHeaders: headers.flat(),
    rawBody: body === undefined ? undefined : Buffer.from(body.buffer as ArrayBuffer, body.byteOffset, body.byteLength),
    header: (name: string) => headers.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1],
  };
};
/** Resolves when the answer is complete, with what the socket would have carried. */
function responseTo(tell: (seen: Seen) => void) {
  const headers: [name: string, value: string][] = [];
  const chunks: Uint8Array[] = [];
  const kept = (chunk: unknown) => void (chunk === undefined || chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : (chunk as Uint8Array)));
  const closed: (() => void)[] = [];
  const response = {
    statusCode: 200,
    destroyed: false,
    appendHeader: (name: string, value: string) => (headers.push([name, value]), response),
    write: (chunk: unknown) => (kept(chunk), true),
    on: (event: string, then: () => void) => (event === "close" && closed.push(then), response),
    off: () => response,
    end(chunk?: unknown, ...rest: readonly unknown[]) {
      if (typeof chunk !== "function") kept(chunk);
      response.destroyed = true;
      tell({ returned: { status: response.statusCode, headers, chunks } });
      for (const then of [...[chunk, ...rest].filter((each): each is () => void => typeof each === "function"), ...closed]) then();
      return response;
    },
    destroy(cause?: Error) {
      response.destroyed = true;
      tell({ returned: { status: response.statusCode, headers, chunks, failed: { type: cause?.name ?? "Error", message: cause?.message ?? "" } } });
    },
  };
  return response;
}

/** What the maker and the keeping of a rendered binding make of each call. Throws TypeError for a maker that the run time has not. */
export function enter(fn: AnyFunction, { maker, keeping }: Rendered, wiring: Wiring): (native: unknown) => Promise<Seen> {
  const made = runtime as unknown as Readonly<Record<string, Maker | Wiring["keeping"]>>;
  const entry = (made[maker] as Maker)(ofRoutes.has(maker) ? { [wiring.name ?? "function"]: fn } : fn, keeping === undefined ? wiring : { ...wiring, keeping: made[keeping] as NonNullable<Wiring["keeping"]> });
  return (native) =>
    new Promise((tell) => {
      const threw = ({ name, message }: Error) => tell({ threw: { type: name, message } });
      try {
        Promise.resolve(entry(requestOf(native as HttpCall), responseTo(tell))).catch(threw);
      } catch (error) {
        threw(error as Error);
      }
    });
}

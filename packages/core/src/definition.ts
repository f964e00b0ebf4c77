/**
 * Whether a function can be what it says. Checked when it becomes part of an app, which every plan, build and test goes through; a bundle
 * holds functions that passed, and none of this.
 */
import { checkDelivery } from "./delivery.ts";
import { checkDuration, toMs } from "./duration.ts";
import { IsobarError } from "./errors.ts";
import { checkCors } from "./http/cors.ts";
import { checkPath } from "./http/path.ts";
import type { HttpFunction, HttpOptions } from "./triggers/http.ts";
import type { AnyFunction } from "./triggers/index.ts";
import type { Consumer } from "./triggers/consumer.ts";
import { parseCron } from "./schedule/cron.ts";

const wrong = (message: string): never => {
  throw new IsobarError("invalid-definition", message);
};

function checkHttp({ source: { method, path }, options }: HttpFunction): void {
  checkPath(path);
  if ((options as Partial<HttpOptions> | undefined)?.access === undefined) wrong(`${method} ${path}: say who may call it with \`access\``);
  if (options.cors !== undefined) checkCors(options.cors);
}
function checkConsumer({ kind, source, options: { delivery, batch } }: Consumer): void {
  checkDelivery(delivery, kind, source);
  if (batch !== undefined && !(Number.isSafeInteger(batch.maxSize) && batch.maxSize >= 1)) wrong(`batch.maxSize is an integer from 1, not ${String(batch.maxSize)}`);
  if (batch?.maxWait !== undefined) toMs(batch.maxWait);
}

/** Intl takes offsets too ("+01:00"); a scheduler wants a name. */
function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: zone }) !== undefined && !/^[+-]/.test(zone);
  } catch {
    return false;
  }
}
function checkSchedule(cron: string, zone = "UTC"): void {
  parseCron(cron);
  if (!isZone(zone)) wrong(`zone ${JSON.stringify(zone)} is no IANA time zone`);
}

/** A name that every store of secrets takes, and every cloud for what is deployed. */
const plainName = /^[a-z](?:-?[a-z0-9])*$/;
function checkUnit({ options: { group, memoryMb, environment = {}, secrets = [] } }: AnyFunction): void {
  if (group !== undefined && (typeof group !== "string" || !plainName.test(group) || group.length > 40)) wrong(`group ${JSON.stringify(group)}: use lower-case letters, digits and single hyphens, a letter first, 40 at most`);
  if (memoryMb !== undefined && !(Number.isSafeInteger(memoryMb) && memoryMb >= 128)) wrong(`memoryMb is a whole number of megabytes from 128, not ${String(memoryMb)}`);
  for (const [name, value] of Object.entries(environment)) {
    if (!/^[A-Za-z_]\w*$/.test(name)) wrong(`environment: ${JSON.stringify(name)} is no name of a variable: letters, digits and underscores, no digit first`);
    // Ours name channels and secrets; the clouds' own are refused by their adapters.
    if (name.toUpperCase().startsWith("ISOBAR_")) wrong(`environment: ${name}: names that begin with ISOBAR_ are ours`);
    if (typeof value !== "string") wrong(`environment: ${name} is a text, not ${typeof value}`);
  }
  for (const name of secrets) if (typeof name !== "string" || !plainName.test(name) || name.length > 60) wrong(`secret name ${JSON.stringify(name)}: use lower-case letters, digits and single hyphens, a letter first, 60 at most`);
}

/** Throws `invalid-definition`, naming the function, for a path, policy, duration or option that no cloud could keep. */
export function checkFunction(name: string, fn: AnyFunction): void {
  try {
    if (fn.kind === "http") checkHttp(fn);
    else checkConsumer(fn);
    if (fn.kind === "schedule") checkSchedule(fn.source.cron, fn.options.zone);
    checkUnit(fn);
    if (fn.options.timeout !== undefined) checkDuration("timeout", fn.options.timeout);
  } catch (error) {
    if (!(error instanceof IsobarError)) throw error;
    throw new IsobarError(error.code, `${name}: ${error.message}`, { cause: error });
  }
}

/**
 * What `ctx.secret` reads: Secrets Manager, by a client of our own. The secret's name there, or its ARN, is in the unit's environment (`secretVariable`). A value is kept for five minutes by each instance, so
 * that a rotated one is in use soon; an answer that failed is not kept. Nothing is loaded before the first secret.
 */
import { IsobarError, secretsBy, systemClock, type Clock, type ReadSecret, type SecretPart } from "@isobar/core/adapter";
import { accessFrom, secretVariable, type Environment } from "../client/access.ts";
import { getSecretValue } from "../client/secrets-manager.ts";
import { textOf } from "../wires/records.ts";

/** As AWS's own cache for Lambda does by default: https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html (SECRETS_MANAGER_TTL). */
const keptMs = 300_000;

/** A request on its way, for all who wait for it. */
interface Asked {
  readonly value: Promise<string>;
  readonly controller: AbortController;
  waiting: number;
}

/** Resolves and rejects as the request does, or rejects with the signal's reason; the request ends with the last of those who wait for it. */
const awaited = (asked: Asked, signal: AbortSignal): Promise<string> =>
  new Promise((resolve, reject) => {
    asked.waiting++;
    const leave = (): void => {
      signal.removeEventListener("abort", aborted);
      asked.waiting--;
    };
    const aborted = (): void => {
      leave();
      if (asked.waiting === 0) asked.controller.abort(signal.reason);
      reject(signal.reason as Error);
    };
    signal.addEventListener("abort", aborted);
    asked.value.then(
      (value) => (leave(), resolve(value)),
      (error: Error) => (leave(), reject(error)),
    );
  });

/** A reader over an environment that is read at each request. Rejects with `internal`, whose message tells the service's code and never a value, and with the signal's reason. */
export function secretOf(environment: () => Environment, clock: Clock = systemClock): ReadSecret {
  const kept = new Map<string, { readonly value: string; readonly untilMs: number }>();
  const onTheWay = new Map<string, Asked>();

  async function read(name: string, signal: AbortSignal): Promise<string> {
    try {
      const variables = environment();
      const secretId = textOf(variables[secretVariable(name)]);
      if (secretId === undefined) throw new IsobarError("internal", `${secretVariable(name)} is not set`);
      const value = await getSecretValue(accessFrom(variables, "secretsmanager", clock), { secretId }, signal);
      kept.set(name, { value, untilMs: clock.now() + keptMs });
      return value;
    } catch (cause) {
      throw new IsobarError("internal", `secret "${name}" could not be read: ${(cause as Error).message}`, { cause });
    }
  }
  return async (name, signal) => {
    signal.throwIfAborted();
    const known = kept.get(name);
    if (known !== undefined && clock.now() < known.untilMs) return known.value;
    const already = onTheWay.get(name);
    if (already !== undefined && !already.controller.signal.aborted) return awaited(already, signal);
    const controller = new AbortController();
    const asked: Asked = { value: read(name, controller.signal), controller, waiting: 0 };
    onTheWay.set(name, asked);
    const over = (): void => void (onTheWay.get(name) === asked && onTheWay.delete(name));
    asked.value.then(over, over);
    return awaited(asked, signal);
  };
}
/** What entries wire in for functions with `secrets`. */
export const secret: SecretPart = /* @__PURE__ */ secretsBy(/* @__PURE__ */ secretOf(() => process.env));

/** Who asks, on a command line: the environment's credentials, else those that AWS's own command line has for its profile. */
import { IsobarError, systemClock, type Clock } from "@isobar/core/adapter";
import type { Machine } from "@isobar/core/plan";
import { accessFrom, type Access } from "../client/access.ts";
import type { Credentials } from "../client/sign.ts";
import { objectIn, textOf } from "../wires/records.ts";

/** https://docs.aws.amazon.com/cli/latest/reference/configure/export-credentials.html; what it prints: https://docs.aws.amazon.com/cli/latest/topic/config-vars.html#sourcing-credentials-from-external-processes */
const command = ["aws", ["configure", "export-credentials", "--format", "process"]] as const;
const renewBeforeMs = 300_000;

interface Kept {
  readonly credentials: Credentials;
  /** Milliseconds since 1970. */
  readonly until: number;
}
async function exported({ run }: Machine): Promise<Kept> {
  const printed = await run(...command);
  if (printed === undefined) throw new IsobarError("send-failed", `no credentials: AWS_ACCESS_KEY_ID is not set, and there is no command "${command[0]}" to ask for some`);
  // The text is a secret: no error repeats it.
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = objectIn(printed) ?? {};
  const [accessKeyId, secretAccessKey] = [textOf(AccessKeyId), textOf(SecretAccessKey)];
  if (accessKeyId === undefined || secretAccessKey === undefined) throw new IsobarError("send-failed", `no credentials: what "${command[0]} ${command[1].join(" ")}" prints has none`);
  const expires = Date.parse(textOf(Expiration) ?? "");
  return { credentials: { accessKeyId, secretAccessKey, sessionToken: textOf(SessionToken) }, until: Number.isNaN(expires) ? Number.POSITIVE_INFINITY : expires - renewBeforeMs };
}

/** Access to SQS. Asked for credentials once, and again five minutes before they expire. `send-failed` at the call where there are none. */
export function accessOn(machine: Machine, clock: Clock = systemClock): Access {
  const own = accessFrom(machine.env, "sqs", clock);
  if (textOf(machine.env.AWS_ACCESS_KEY_ID) !== undefined) return own;
  let kept: Promise<Kept> | undefined;
  return {
    ...own,
    async credentials() {
      if (kept === undefined || (await kept).until <= clock.now()) kept = exported(machine);
      return (await kept).credentials;
    },
  };
}

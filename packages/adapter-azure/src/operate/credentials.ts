/** Who asks, on a command line: the environment's token or identity, else the account that Azure's own command line is signed in with. */
import { IsobarError, type Clock } from "@isobar/core/adapter";
import type { Machine } from "@isobar/core/plan";
import { managedIdentity, type Token } from "../client/credentials.ts";

/** https://learn.microsoft.com/cli/azure/account#az-account-get-access-token */
const commandFor = (resource: string) => ["az", ["account", "get-access-token", "--resource", resource, "--output", "json"]] as const;
const renewBeforeMs = 300_000;
/** Of a program before 2.54, which tells the end in local time only. */
const keptMs = 300_000;

interface Kept {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}
async function printed({ run }: Machine, resource: string, clock: Clock): Promise<Kept> {
  const [program, args] = commandFor(resource);
  const text = await run(program, args);
  if (text === undefined) throw new IsobarError("send-failed", `no token for ${resource}: ISOBAR_AZURE_TOKEN is not set, this machine has no identity, and there is no command "${program}" to ask for one`);
  const { accessToken: token, expires_on: seconds } = fieldsIn(text);
  // What may stand in a header: https://www.rfc-editor.org/rfc/rfc6750#section-2.1
  if (typeof token !== "string" || !/^[\w.~+/-]+=*$/.test(token)) throw new IsobarError("send-failed", `no token for ${resource}: what "${program} ${args.join(" ")}" prints has none`);
  return { token, until: typeof seconds === "number" ? seconds * 1_000 - renewBeforeMs : clock.now() + keptMs };
}
/** The text is a secret: the parser's own error would repeat it. */
function fieldsIn(text: string): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(text) ?? {}) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

/** `send-failed` at the call where there is none; no error holds anything of a token. */
export function tokenOn(machine: Machine, resource: string, clock: Clock): Token {
  const { env } = machine;
  const identity = managedIdentity(resource, { env, clock });
  let kept: Promise<Kept> | undefined;
  return async (signal) => {
    signal.throwIfAborted();
    if (env.ISOBAR_AZURE_TOKEN) return env.ISOBAR_AZURE_TOKEN;
    if (env.IDENTITY_ENDPOINT) return identity(signal);
    if (kept === undefined || (await kept).until <= clock.now()) kept = printed(machine, resource, clock);
    return (await kept).token;
  };
}

/** Who asks, on a command line: the environment's token, else that of Google's own command line, else the metadata server's where there is no such program. */
import { IsobarError, systemClock, type Clock } from "@isobar/core/adapter";
import type { Machine } from "@isobar/core/plan";
import { metadataToken, type Token } from "../client/token.ts";

/** https://cloud.google.com/sdk/gcloud/reference/auth/print-access-token: it prints the token and not when it expires; asked again, it has a new one in time. */
const command = ["gcloud", ["auth", "print-access-token"]] as const;
const keptMs = 300_000;

/** `send-failed` at the call where there is none; no error holds anything of a token. */
export function tokenOn({ env, run }: Machine, clock: Clock = systemClock): Token {
  const metadata = metadataToken(clock);
  let kept: { readonly printed: Promise<string | undefined>; readonly until: number } | undefined;
  return async (signal) => {
    signal.throwIfAborted();
    if (env.GOOGLE_OAUTH_ACCESS_TOKEN) return env.GOOGLE_OAUTH_ACCESS_TOKEN;
    if (kept === undefined || kept.until <= clock.now()) kept = { printed: run(...command), until: clock.now() + keptMs };
    const printed = (await kept.printed)?.trim();
    // What may stand in a header: https://www.rfc-editor.org/rfc/rfc6750#section-2.1
    if (printed !== undefined && !/^[\w.~+/-]+=*$/.test(printed)) throw new IsobarError("send-failed", `no access token: what "${command[0]} ${command[1].join(" ")}" prints is none`);
    if (printed !== undefined) return printed;
    try {
      return await metadata(signal);
    } catch (cause) {
      signal.throwIfAborted();
      throw new IsobarError("send-failed", `no access token: GOOGLE_OAUTH_ACCESS_TOKEN is not set, there is no command "${command[0]}" to ask for one, and no metadata server (${(cause as Error).message})`, { cause });
    }
  };
}

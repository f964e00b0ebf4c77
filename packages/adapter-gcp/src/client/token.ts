/** Access tokens of the service account that this instance runs as: https://cloud.google.com/compute/docs/access/authenticate-workloads#applications */
import { systemClock, whileWanted, type Clock } from "@isobar/core/adapter";
import { ask } from "./http.ts";

/** An access token. Rejects with the signal's reason once it aborts. */
export type Token = (signal: AbortSignal) => Promise<string>;

/** Google's libraries take another host, with or without a port, from here (googleapis/gcp-metadata, and https://docs.rs/google-cloud-auth/latest/google_cloud_auth/credentials/mds). */
const hostVariable = "GCE_METADATA_HOST";
const path = "/computeMetadata/v1/instance/service-accounts/default/token";
/** The metadata server itself makes a new token five minutes before the old one expires, and not earlier (the page above). */
const renewBeforeMs = 300_000;
const limitMs = 5_000;

interface Kept {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

async function fetched(clock: Clock): Promise<Kept> {
  const operation = "an access token of the metadata server";
  const asked = clock.now();
  const url = `http://${process.env[hostVariable] || "metadata.google.internal"}${path}`;
  // Many may wait for this token: it has no one's signal, and an end of its own.
  const { headers, text } = await ask({ operation, method: "GET", url, headers: { "metadata-flavor": "Google" }, limitMs }, clock, new AbortController().signal);
  // Whoever else answers at this address has no such header (https://cloud.google.com/compute/docs/metadata/querying-metadata).
  if (headers["metadata-flavor"] !== "Google") throw new Error(`${operation}: what answered is no metadata server`);
  const { access_token: token, expires_in: seconds } = (readable(text) ?? {}) as { readonly access_token?: unknown; readonly expires_in?: unknown };
  if (typeof token !== "string" || token === "" || typeof seconds !== "number") throw new Error(`${operation}: the answer holds none`);
  return { token, until: asked + seconds * 1_000 - renewBeforeMs };
}
/** The text is a secret: the parser's own error would repeat it. */
function readable(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Tokens of the metadata server. One is kept until five minutes before it expires; all who ask meanwhile wait for the same. */
/* @__NO_SIDE_EFFECTS__ */
export function metadataToken(clock: Clock = systemClock): Token {
  let kept: Kept | undefined;
  let coming: Promise<Kept> | undefined;
  const renewed = async (): Promise<Kept> => {
    try {
      return (kept = await fetched(clock));
    } finally {
      coming = undefined;
    }
  };
  return async (signal) => {
    signal.throwIfAborted();
    if (kept !== undefined && clock.now() < kept.until) return kept.token;
    coming ??= renewed();
    const { token } = await whileWanted<Kept>(signal, (resolve, reject) => {
      coming!.then(resolve, reject);
      return () => {};
    });
    return token;
  };
}

const own = /* @__PURE__ */ metadataToken();
/**
 * An access token for a command line: the one in `GOOGLE_OAUTH_ACCESS_TOKEN`, where Terraform looks too (its provider's `access_token`; `gcloud auth print-access-token` prints one), else the
 * metadata server's.
 */
export const token: Token = async (signal) => process.env.GOOGLE_OAUTH_ACCESS_TOKEN || own(signal);

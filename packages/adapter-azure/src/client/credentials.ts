/** What says who asks: a token of the unit's identity, or a key from a connection string. Nothing is loaded, asked or read before the first call. */
import { IsobarError, systemClock, whileWanted, type Clock } from "@isobar/core/adapter";
import { ask, type Asked } from "./http.ts";

/** An access token. Rejects with the signal's reason once it aborts. */
export type Token = (signal: AbortSignal) => Promise<string>;
/** The headers that let a request in. */
export type Authorize = (asked: Omit<Asked, "operation">, signal: AbortSignal) => Promise<Readonly<Record<string, string>>>;
export type Environment = Readonly<Record<string, string | undefined>>;

/** https://learn.microsoft.com/azure/service-bus-messaging/authenticate-application and https://learn.microsoft.com/azure/storage/queues/authorize-access-azure-active-directory */
export const serviceBusResource = "https://servicebus.azure.net";
export const storageResource = "https://storage.azure.com";

/** https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference */
const apiVersion = "2019-08-01";
const renewBeforeMs = 300_000;
const limitMs = 5_000;

interface Kept {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

async function fetched(resource: string, env: Environment, clock: Clock): Promise<Kept> {
  const operation = `a token of the managed identity for ${resource}`;
  const { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: header, AZURE_CLIENT_ID: client } = env;
  if (!endpoint || !header) throw new IsobarError("send-failed", `${operation}: ${endpoint ? "IDENTITY_HEADER" : "IDENTITY_ENDPOINT"} is not set; the unit has no identity`);
  const url = `${endpoint}?resource=${encodeURIComponent(resource)}&api-version=${apiVersion}${client ? `&client_id=${encodeURIComponent(client)}` : ""}`;
  // Many may wait for this token: it has no one's signal, and an end of its own.
  const { body } = await ask({ operation, method: "GET", url, headers: { "x-identity-header": header }, limitMs }, clock, new AbortController().signal);
  const { access_token: token, expires_on: seconds } = (readable(body) ?? {}) as { readonly access_token?: unknown; readonly expires_on?: unknown };
  // Seconds since 1970, as text.
  const expiresAt = Number(seconds) * 1_000;
  if (typeof token !== "string" || token === "" || !(expiresAt > 0)) throw new Error(`${operation}: the answer holds none`);
  return { token, until: expiresAt - renewBeforeMs };
}
/** The text is a secret: the parser's own error would repeat it. */
function readable(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * Tokens of the identity that the platform gave the unit; of several, the one whose client id `AZURE_CLIENT_ID` names. One is kept until five minutes before it expires; all who ask meanwhile wait for
 * the same. Rejects with `send-failed` where the unit has no identity.
 */
/* @__NO_SIDE_EFFECTS__ */
export function managedIdentity(resource: string, { env = process.env, clock = systemClock }: { readonly env?: Environment; readonly clock?: Clock } = {}): Token {
  let kept: Kept | undefined;
  let coming: Promise<Kept> | undefined;
  const renewed = async (): Promise<Kept> => {
    try {
      return (kept = await fetched(resource, env, clock));
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

export const bearer = (token: Token): Authorize => async (_, signal) => ({ authorization: `Bearer ${await token(signal)}` });

/** A connection string's parts. Throws `send-failed` for one without the parts that are asked for; it never says what the string holds. */
function partsOf<Name extends string>(connection: string, ...names: readonly Name[]): Readonly<Record<Name, string>> {
  const parts = Object.fromEntries(connection.split(";").map((part) => [part.slice(0, part.indexOf("=")).trim(), part.slice(part.indexOf("=") + 1).trim()]));
  for (const name of names) if (!parts[name]) throw new IsobarError("send-failed", `the connection string has no ${name}`);
  return parts as Readonly<Record<Name, string>>;
}
const signed = (key: string | Buffer, text: string): string => process.getBuiltinModule("node:crypto").createHmac("sha256", key).update(text).digest("base64");

/** The host that a connection string of Service Bus names, and how its key lets in: https://learn.microsoft.com/rest/api/eventhub/generate-sas-token */
export function sharedAccess(connection: string, clock: Clock): { readonly namespace: string; readonly authorize: Authorize } {
  const { Endpoint, SharedAccessKeyName: name, SharedAccessKey: key } = partsOf(connection, "Endpoint", "SharedAccessKeyName", "SharedAccessKey");
  const namespace = Endpoint.replace(/^sb:\/\/|\/$/g, "");
  return {
    namespace,
    async authorize({ url }) {
      // The entity alone, so that an entity's own key will do.
      const resource = encodeURIComponent(url.slice(0, url.indexOf("/messages")));
      const until = Math.ceil(clock.now() / 1_000) + 3_600;
      return { authorization: `SharedAccessSignature sr=${resource}&sig=${encodeURIComponent(signed(key, `${resource}\n${until}`))}&se=${until}&skn=${encodeURIComponent(name)}` };
    },
  };
}

/** https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key, as of version 2015-02-21: a length of zero is left empty. Headers have lower-case names. */
export function stringToSign({ method, url, headers, body }: Omit<Asked, "operation">, account: string): string {
  const { pathname, searchParams } = new URL(url);
  const sorted = (entries: Iterable<readonly [string, string]>) => [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  const own = sorted(Object.entries(headers).filter(([name]) => name.startsWith("x-ms-"))).map(([name, value]) => `${name}:${value}\n`);
  const asked = sorted(searchParams).map(([name, value]) => `\n${name}:${value}`);
  // Verb, encoding, language, length, MD5, type, date (x-ms-date has it), four conditions, range.
  return [method, "", "", body?.length || "", "", headers["content-type"] ?? "", "", "", "", "", "", "", `${own.join("")}/${account}${pathname}${asked.join("")}`].join("\n");
}
/** How a storage account's key lets in, from its connection string: for local use. https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string */
export function sharedKey(connection: string): Authorize {
  const { AccountName, AccountKey } = partsOf(connection, "AccountName", "AccountKey");
  return async (asked) => ({ authorization: `SharedKey ${AccountName}:${signed(Buffer.from(AccountKey, "base64"), stringToSign(asked, AccountName))}` });
}

/**
 * Tokens for a command line: the one in `ISOBAR_AZURE_TOKEN`, of that very resource (`az account get-access-token --resource https://servicebus.azure.net --query accessToken --output tsv` prints
 * one), else the managed identity's.
 */
/* @__NO_SIDE_EFFECTS__ */
export function token(resource: string): Token {
  const own = managedIdentity(resource);
  return async (signal) => process.env.ISOBAR_AZURE_TOKEN || own(signal);
}

/**
 * AWS Signature Version 4 of a POST without a query, its whole body signed.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials, as a role has them. */
  readonly sessionToken?: string | undefined;
}
export interface Signable {
  /** Of unreserved characters only: others would be encoded once more in the signature than on the wire. */
  readonly path: string;
  /** Lower-case names, `host` among them; all of them are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
export interface Scope {
  readonly service: string;
  readonly region: string;
  /** Milliseconds since 1970; the service refuses a signature that is more than minutes old. */
  readonly atMs: number;
}

/** Out: the headers to send, with the time, the session's token and the signature. Node's crypto is loaded here, at the first call: 6 ms of a cold start. */
export function signedHeaders({ path, headers, body }: Signable, { accessKeyId, secretAccessKey, sessionToken }: Credentials, { service, region, atMs }: Scope): Readonly<Record<string, string>> {
  const { createHash, createHmac } = process.getBuiltinModule("node:crypto");
  const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
  const keyed = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
  const time = new Date(atMs).toISOString().replace(/[:-]|\.\d{3}/g, "");
  const scope = [time.slice(0, 8), region, service, "aws4_request"];
  const all: Readonly<Record<string, string>> = { ...headers, "x-amz-date": time, ...(sessionToken === undefined ? {} : { "x-amz-security-token": sessionToken }) };
  const names = Object.keys(all).sort();
  const canonical = ["POST", path, "", ...names.map((name) => `${name}:${all[name]!.trim()}`), "", names.join(";"), digest(body)].join("\n");
  const key = scope.reduce<string | Buffer>(keyed, `AWS4${secretAccessKey}`);
  const signature = keyed(key, ["AWS4-HMAC-SHA256", time, scope.join("/"), digest(canonical)].join("\n")).toString("hex");
  return { ...all, authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope.join("/")}, SignedHeaders=${names.join(";")}, Signature=${signature}` };
}

/** Light answers beside the global Response: the same interface, a real object only where someone asks for what only it can do. */
import { LightBody, type WholeBody } from "./body.ts";
import { LightHeaders, pairsOf, type HeadersLike } from "./headers.ts";

export interface LightInit {
  /** 200 to 599. Default 200. */
  readonly status?: number;
  readonly headers?: HeadersLike;
}

/** A status that never has a body: https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1 */
export const isBodyless = (status: number): boolean => status === 204 || status === 205 || status === 304;

export class LightResponse extends LightBody implements Response {
  readonly status: number;
  readonly whole: WholeBody;
  readonly headers: LightHeaders;
  constructor(whole: WholeBody, init: LightInit, contentType?: string) {
    super(() => whole);
    this.status = init.status ?? 200;
    if (!Number.isInteger(this.status) || this.status < 200 || this.status > 599) throw new RangeError(`${this.status} is no status of an answer: 200 to 599`);
    if (whole !== undefined && isBodyless(this.status)) throw new TypeError(`an answer with status ${this.status} has no body`);
    this.whole = whole;
    const pairs = init.headers === undefined ? [] : pairsOf(init.headers);
    if (contentType !== undefined && !pairs.some(([name]) => name === "content-type")) pairs.push(["content-type", contentType]);
    this.headers = new LightHeaders(() => pairs);
  }
  get ok(): boolean {
    return this.status < 300;
  }
  /** The platform's own `Response`. */
  clone(): Response {
    this.refuseUsed();
    return new globalThis.Response(this.whole ?? null, { status: this.status, headers: this.headers.pairs });
  }
  get redirected(): boolean { return false; }
  get statusText(): string { return ""; }
  get type(): ResponseType { return "default"; }
  get url(): string { return ""; }
}

/** JSON. Throws TypeError for what JSON cannot say at all (undefined, a function, a cycle, a BigInt). */
/* @__NO_SIDE_EFFECTS__ */
export function json(value: unknown, init: LightInit = {}): Response {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError(`JSON has no word for ${typeof value}`);
  return new LightResponse(text, init, "application/json");
}
/* @__NO_SIDE_EFFECTS__ */
export function text(value: string, init: LightInit = {}): Response {
  return new LightResponse(value, init, "text/plain;charset=UTF-8");
}
/** Bytes as they are; say what they are in `content-type`. */
/* @__NO_SIDE_EFFECTS__ */
export function bytes(value: Uint8Array<ArrayBuffer>, init: LightInit = {}): Response {
  return new LightResponse(value, init, "application/octet-stream");
}
/** No body. Status 204 unless said otherwise. */
/* @__NO_SIDE_EFFECTS__ */
export function empty(init: LightInit = {}): Response {
  return new LightResponse(undefined, { status: 204, ...init });
}
/** To another place: `status` 302 unless said otherwise. A location with characters that a header cannot carry throws TypeError: percent-encode it. */
/* @__NO_SIDE_EFFECTS__ */
export function redirect(location: string | URL, status: 301 | 302 | 303 | 307 | 308 = 302): Response {
  return new LightResponse(undefined, { status, headers: { location: String(location) } });
}

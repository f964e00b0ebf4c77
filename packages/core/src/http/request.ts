/** The web's Request over what a codec can already tell, read when asked: 2.7 times a native handler where real objects cost 16 times. */
import { bytesOf, LightBody, streamOf, type WholeBody } from "./body.ts";
import { IsobarError } from "../errors.ts";
import { LightHeaders, type HeaderPairs } from "./headers.ts";

/** A request as a codec hands it over. Methods may compute at each call; the light request keeps what it asked for. */
export interface IncomingRequest {
  readonly method: string;
  /** As it was sent: percent-encoded, without query, without what the platform put in front (a stage, a base path). */
  readonly path: string;
  /** As it was sent, without "?"; "" when there is none. */
  readonly query: string;
  /** Scheme and authority: "https://example.com". */
  origin(): string;
  /** By lower-case name; repeated ones joined with ", ". */
  header(name: string): string | undefined;
  /** Lower-case names in the order they came; repeated ones apart where the platform keeps them apart, one `cookie`. */
  headers(): HeaderPairs;
  /**
   * `undefined` where there is none, a promise of it where it arrives later; the empty string or no bytes where it is present and empty.
   * May be called again and gives the same. Throws `invalid-native-event` for one that cannot be read.
   */
  body(): WholeBody | Promise<WholeBody>;
  readonly clientAddress: string | undefined;
}

export class LightRequest extends LightBody implements Request {
  readonly #incoming: IncomingRequest;
  readonly #signal: () => AbortSignal;
  #url: string | undefined;
  #headers: LightHeaders | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly valid: unknown;
  constructor(incoming: IncomingRequest, params: Readonly<Record<string, string>>, valid: unknown, signal: () => AbortSignal) {
    super(() => bodyOf(incoming));
    this.#incoming = incoming;
    this.params = params;
    this.valid = valid;
    this.#signal = signal;
  }
  get method(): string {
    return this.#incoming.method;
  }
  get url(): string {
    return (this.#url ??= urlOf(this.#incoming));
  }
  get headers(): Headers {
    return (this.#headers ??= new LightHeaders(() => this.#incoming.headers()));
  }
  get clientAddress(): string | undefined {
    return this.#incoming.clientAddress;
  }
  get signal(): AbortSignal {
    return this.#signal();
  }
  /** The platform's own `Request`, for code that insists on one. Where the body arrives later than the head, it arrives there later too. */
  clone(): Request {
    this.refuseUsed();
    return webRequest(this.#incoming, this.signal, this.#headers);
  }
  /** `new Request(request)` and `fetch(request)` would read an unknown object as a URL and silently lose method and body. */
  [Symbol.toPrimitive](): never {
    throw new TypeError("this request is no instance of the global Request class; pass request.clone()");
  }
  get cache(): RequestCache { return "default"; }
  get credentials(): RequestCredentials { return "same-origin"; }
  get destination(): RequestDestination { return ""; }
  get duplex(): "half" { return "half"; }
  get integrity(): string { return ""; }
  get keepalive(): boolean { return false; }
  get mode(): RequestMode { return "cors"; }
  get redirect(): RequestRedirect { return "follow"; }
  get referrer(): string { return "about:client"; }
  get referrerPolicy(): ReferrerPolicy { return ""; }
}

const authorityForm = /^(?:[A-Za-z0-9\-._~]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;
/**
 * "https://host" from what a platform says of the host, the most trusted first. What no URL can hold (RFC 3986 §3.2) is passed over; with
 * nothing left it is "host.invalid", a name that RFC 2606 keeps from ever resolving.
 */
export const originOf = (scheme: string, ...hosts: readonly (string | undefined)[]): string => `${scheme}://${hosts.find((host) => host !== undefined && authorityForm.test(host)) ?? "host.invalid"}`;

const illegal = /[^\w\-.~!$&'()*+,;=:@/%]+/g;
/** A path with the characters that no path holds percent-encoded; "%" too where the platform has decoded the path. */
export const pathOf = (path: string, decoded: boolean): string => (decoded ? path.replaceAll("%", "%25") : path).replace(illegal, (each) => encodeURIComponent(each.toWellFormed()));

/**
 * A header's value as the web has it: a byte string. Text with characters above U+00FF was decoded from UTF-8 by a front end and becomes
 * those bytes again. Throws `invalid-native-event` for CR, LF or NUL, which no front end lets through.
 */
export function byteString(name: string, value: string): string {
  if (/[\0\r\n]/.test(value)) throw new IsobarError("invalid-native-event", `header ${JSON.stringify(name)} holds CR, LF or NUL`);
  return /[^\0-\xFF]/.test(value) ? String.fromCharCode(...bytesOf(value)) : value;
}

export const urlOf = (incoming: IncomingRequest): string => `${incoming.origin()}${incoming.path}${incoming.query === "" ? "" : `?${incoming.query}`}`;

/** None on GET and HEAD, whatever was sent: the web's class has none there (https://fetch.spec.whatwg.org/#dom-request); `native(ctx)` still holds it. */
export const bodyOf = (incoming: IncomingRequest): WholeBody | Promise<WholeBody> => (incoming.method === "GET" || incoming.method === "HEAD" ? undefined : incoming.body());

/** A real Request. */
export function webRequest(incoming: IncomingRequest, signal: AbortSignal, headers: Headers | HeaderPairs = incoming.headers()): Request {
  const whole = bodyOf(incoming);
  // As bytes: text would bring a content type that nobody sent.
  const body = whole === undefined ? null : whole instanceof Promise ? streamOf(() => whole) : bytesOf(whole);
  const init = { method: incoming.method, headers, signal, duplex: "half" };
  return new globalThis.Request(urlOf(incoming), { ...init, body });
}

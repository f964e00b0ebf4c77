/** The web's Request over what a codec can already tell, read when asked: 2.7 times a native handler where real objects cost 16 times. */
import { bytesOf, streamOf, textOf, type WholeBody } from "./body.ts";
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
  /** `undefined` where there is none; the empty string or no bytes where it is present and empty. Throws `invalid-native-event` for one that cannot be read. */
  body(): WholeBody;
  readonly clientAddress: string | undefined;
}

export class LightRequest implements Request {
  readonly #incoming: IncomingRequest;
  readonly #signal: () => AbortSignal;
  #url: string | undefined;
  #headers: LightHeaders | undefined;
  #used = false;
  readonly params: Readonly<Record<string, string>>;
  readonly valid: unknown;
  constructor(incoming: IncomingRequest, params: Readonly<Record<string, string>>, valid: unknown, signal: () => AbortSignal) {
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
  get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    return this.#used ? null : streamOf(this.#incoming.body());
  }
  get bodyUsed(): boolean {
    return this.#used;
  }
  #take(): WholeBody {
    if (this.#used) throw new TypeError("the request's body was read already");
    this.#used = true;
    return this.#incoming.body();
  }
  async text(): Promise<string> {
    return textOf(this.#take());
  }
  // JSON as the web types it: whatever the caller expects.
  async json(): ReturnType<Request["json"]> {
    return JSON.parse(textOf(this.#take()));
  }
  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return bytesOf(this.#take());
  }
  async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = await this.bytes();
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  }
  async blob(): Promise<Blob> {
    return new Blob([await this.bytes()], { type: this.headers.get("content-type") ?? "" });
  }
  async formData(): Promise<FormData> {
    return this.clone().formData();
  }
  /** The platform's own `Request`, for code that insists on one. */
  clone(): Request {
    if (this.#used) throw new TypeError("the request's body was read already");
    return webRequest(this.#incoming, this.signal);
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

export const urlOf = (incoming: IncomingRequest): string => `${incoming.origin()}${incoming.path}${incoming.query === "" ? "" : `?${incoming.query}`}`;

/** A real Request. A GET or HEAD with a body loses that body: the class refuses it (https://fetch.spec.whatwg.org/#dom-request). */
export function webRequest(incoming: IncomingRequest, signal: AbortSignal): Request {
  const bodyless = incoming.method === "GET" || incoming.method === "HEAD";
  return new globalThis.Request(urlOf(incoming), { method: incoming.method, headers: incoming.headers(), signal, ...(bodyless ? {} : { body: incoming.body() ?? null }) });
}

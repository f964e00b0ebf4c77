/** Bodies at hand: text or bytes, turned into what is asked for. */

export type WholeBody = string | Uint8Array<ArrayBuffer> | undefined;
/** A stream as the web's classes hand it out. */
export type BodyStream = ReadableStream<Uint8Array<ArrayBuffer>>;
/** Asks for a body; `undefined` where there is none. Asked again, it answers the same. */
type ReadBody = () => WholeBody | Promise<WholeBody>;

let decoder: TextDecoder | undefined;
let encoder: TextEncoder | undefined;
/** UTF-8 as the web decodes it: a byte-order mark goes, a malformed sequence becomes U+FFFD. */
export const textOf = (body: WholeBody): string =>
  body === undefined ? "" : typeof body !== "string" ? (decoder ??= new TextDecoder()).decode(body) : body.charCodeAt(0) === 0xfeff ? body.slice(1) : body;
export const bytesOf = (body: WholeBody): Uint8Array<ArrayBuffer> =>
  body === undefined ? new Uint8Array(0) : typeof body === "string" ? ((encoder ??= new TextEncoder()).encode(body) as Uint8Array<ArrayBuffer>) : body;

/** A body as a stream of one chunk, asked for when someone reads. */
export const streamOf = (read: ReadBody): BodyStream =>
  new ReadableStream({
    async pull(controller) {
      const bytes = bytesOf(await read());
      if (bytes.length > 0) controller.enqueue(bytes);
      controller.close();
    },
  }, { highWaterMark: 0 });

/** A body at hand with the web's ways to read it (https://fetch.spec.whatwg.org/#body-mixin): once, unless there is none. */
export abstract class LightBody implements Body {
  readonly #read: ReadBody;
  #used = false;
  #stream: BodyStream | undefined;
  abstract readonly headers: Headers;
  constructor(read: ReadBody) {
    this.#read = read;
  }
  get bodyUsed(): boolean {
    return this.#used;
  }
  get body(): BodyStream | null {
    if (this.#stream !== undefined) return this.#stream;
    const whole = this.#read();
    if (whole === undefined) return null;
    return (this.#stream = streamOf(() => {
      const before = this.#used;
      this.#used = true;
      return before ? undefined : whole;
    }));
  }
  /** Throws TypeError once it was read, as the web's classes do. */
  protected refuseUsed(): void {
    if (this.#used || this.#stream?.locked) throw new TypeError("the body was read already");
  }
  async #readAs<T>(form: (whole: WholeBody) => T): Promise<Awaited<T>> {
    this.refuseUsed();
    const whole = this.#read();
    this.#used = whole !== undefined;
    return await form(await whole);
  }
  text(): Promise<string> {
    return this.#readAs(textOf);
  }
  // JSON as the web types it: whatever the caller expects.
  json(): ReturnType<Body["json"]> {
    return this.#readAs((whole) => JSON.parse(textOf(whole)));
  }
  bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#readAs(bytesOf);
  }
  arrayBuffer(): Promise<ArrayBuffer> {
    return this.#readAs((whole) => bytesOf(whole).slice().buffer);
  }
  blob(): Promise<Blob> {
    return this.#readAs((whole) => webBody(whole, this.headers.get("content-type")).blob());
  }
  formData(): Promise<FormData> {
    return this.#readAs((whole) => webBody(whole, this.headers.get("content-type")).formData());
  }
}

/** The platform's own reader, for what it alone can make: `formData()` throws TypeError for what is no form. */
export const webBody = (body: WholeBody, contentType: string | null): Body => new globalThis.Response(bytesOf(body), { headers: { "content-type": contentType ?? "" } });

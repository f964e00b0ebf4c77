/** What the suites send requests to. */
import { bytes, empty, http, json, text, type HttpRequest, type Schema } from "@isobar/core";

/** A request as a handler saw it. */
export interface Echoed {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  /** base64; null where the request has no body. */
  readonly body: string | null;
  readonly params: Readonly<Record<string, string>>;
  readonly clientAddress: string | null;
  readonly attempt: number | null;
}
const echo = async (request: HttpRequest<Readonly<Record<string, string>>>, ctx: { readonly attempt: number | undefined }): Promise<Response> => {
  const present = request.body !== null;
  const body = present ? Buffer.from(await request.arrayBuffer()).toString("base64") : null;
  const headers = [...request.headers];
  return json({ method: request.method, url: request.url, headers, body, params: request.params, clientAddress: request.clientAddress ?? null, attempt: ctx.attempt ?? null } satisfies Echoed, { headers: { "x-echo": "yes" } });
};
const open = { access: "public", group: "echo", timeout: "5s" } as const;
export const rootGet = http.get("/", open, echo);
export const rootPost = http.post("/", open, echo);
export const restGet = http.get("/{rest+}", open, echo);
export const restPost = http.post("/{rest+}", open, echo);
export const restPut = http.put("/{rest+}", open, echo);
export const restPatch = http.patch("/{rest+}", open, echo);
export const restDelete = http.delete("/{rest+}", open, echo);
/** Every other method; a mount, so that the platform's own Request is seen too. */
export const restAll = http.all("/{rest+}", open, echo);

/** What the caller wants answered. */
export interface Wanted {
  readonly with: "light" | "global";
  readonly status?: number;
  readonly headers?: readonly (readonly [string, string])[];
  readonly json?: unknown;
  readonly text?: string;
  readonly base64?: string;
}
const shaped = { access: "public", group: "answers", timeout: "400ms" } as const;
export const answer = http.post("/answer/{name}", shaped, async (request) => {
  const wanted = JSON.parse(Buffer.from(request.headers.get("x-wanted") ?? "e30", "base64url").toString("utf8")) as Wanted;
  const init = { status: wanted.status ?? 200, headers: (wanted.headers ?? []).map(([name, value]): [string, string] => [name, value]) };
  const body = wanted.base64 === undefined ? undefined : new Uint8Array(Buffer.from(wanted.base64, "base64"));
  if (wanted.with === "global") return wanted.json !== undefined ? Response.json(wanted.json, init) : new Response(body ?? wanted.text ?? null, init);
  if (wanted.json !== undefined) return json(wanted.json, init);
  if (body !== undefined) return bytes(body, init);
  return wanted.text === undefined ? empty(init) : text(wanted.text, init);
});

/** Everything that goes wrong in a handler. */
export const fails = http.post("/fails/{how}", shaped, async (request) => {
  switch (request.params.how) {
    case "throws": throw new Error("secret-detail in a message");
    case "throws-string": throw "secret-detail thrown as a string";
    case "throws-undefined": throw undefined;
    case "never": return new Promise<Response>(() => {});
    case "exits": return process.exit(3);
    case "no-response": return "secret-detail" as unknown as Response;
    case "header-injection": return text("x", { headers: { "x-a": "one\r\nset-cookie: stolen=1" } });
    default: return text("fine");
  }
});

const tenant: Schema<unknown, { readonly name: string }> = {
  "~standard": {
    version: 1,
    vendor: "isobar-conformance",
    validate: (value) => {
      const { name } = (value ?? {}) as { readonly name?: unknown };
      return typeof name === "string" && name !== "" ? { value: { name: name.toUpperCase() } } : { issues: [{ message: "a name is needed", path: ["name"] }] };
    },
  },
};
export const typed = http.post("/typed/{id}", { ...shaped, body: tenant }, (request) => json({ id: request.params.id, valid: request.valid.body, polluted: ({} as { polluted?: unknown }).polluted ?? null }));
export const shared = http.get("/shared", { ...shaped, cors: { origins: ["https://shop.example"], credentials: true, maxAgeSeconds: 600 } }, () => json({ shared: true }));

/** Pieces, each made after the one before was taken. */
export const stream = http.get("/stream/{how}", { access: "public", group: "streams", timeout: "5s", streaming: true }, (request) => {
  const { how } = request.params;
  if (how === "cookies") return new Response("x", { headers: [["set-cookie", "a=1; Path=/"], ["set-cookie", "b=2; HttpOnly"]] });
  if (how === "nothing") return empty();
  if (how === "light") return text("whole");
  let n = 0;
  const body = new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (n === 3) return controller.close();
      if (how === "breaks" && n === 1) return controller.error(new Error("secret-detail in a stream"));
      controller.enqueue(new TextEncoder().encode(`piece ${n++};`));
    },
  });
  return new Response(body, { status: 201, headers: { "content-type": "text/plain", "x-a": "1" } });
});

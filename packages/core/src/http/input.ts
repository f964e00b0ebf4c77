/** What a function asked to have validated, read from a request. */
import type { HttpFunction } from "../triggers/http.ts";
import { InvalidInput, validate } from "../run/validate.ts";
import { textOf } from "./body.ts";
import { bodyOf, webRequest, type IncomingRequest } from "./request.ts";

/** Repeated keys as a list. No prototype, so that a key like "__proto__" is a key. */
function record(pairs: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  const all = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of pairs) {
    const before = all[key];
    all[key] = before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value];
  }
  return all;
}

/** The body by its declared media type: JSON (also where none is declared), a URL-encoded or multipart form. */
async function parsedBody(request: IncomingRequest, signal: AbortSignal): Promise<unknown> {
  const type = (request.header("content-type") ?? "application/json").split(";")[0]!.trim().toLowerCase();
  if (type === "multipart/form-data") {
    try {
      return record(await webRequest(request, signal).formData());
    } catch (cause) {
      throw new InvalidInput("body is no multipart form", [{ in: "body", path: "", message: "not a multipart form" }], { cause });
    }
  }
  const text = textOf(await bodyOf(request));
  if (type === "application/x-www-form-urlencoded") return record(new URLSearchParams(text));
  if (type !== "application/json" && !type.endsWith("+json") && text !== "") throw new InvalidInput(`body is ${type}`, [{ in: "body", path: "", message: `expected JSON or a form, not ${type}` }]);
  // Absent and empty are the same to a schema: it decides whether a body may be missing.
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidInput("body is not JSON", [{ in: "body", path: "", message: "not JSON" }], { cause });
  }
}

/** Outputs by part. Throws InvalidInput with the issues of every part at once. */
export async function validInput({ options }: HttpFunction, request: IncomingRequest, params: Readonly<Record<string, string>>, signal: () => AbortSignal): Promise<unknown> {
  const { body, query, params: parameters, headers } = options;
  if (body !== undefined && query === undefined && parameters === undefined && headers === undefined) return { body: await validate(body, await parsedBody(request, signal()), "body") };
  const valid: Record<string, unknown> = {};
  const issues: InvalidInput["issues"][number][] = [];
  const part = async (name: string, schema: HttpFunction["options"]["body"], read: () => unknown) => {
    if (schema === undefined) return;
    try {
      valid[name] = await validate(schema, await read(), name);
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      issues.push(...error.issues);
    }
  };
  await part("params", parameters, () => params);
  await part("query", query, () => record(new URLSearchParams(request.query)));
  await part("headers", headers, () => record(request.headers()));
  await part("body", body, () => parsedBody(request, signal()));
  if (issues.length > 0) throw new InvalidInput("the request does not fit", issues);
  return valid;
}

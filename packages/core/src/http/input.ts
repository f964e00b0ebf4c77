/** What a function asked to have validated, read from a request. */
import type { HttpFunction } from "../triggers/http.ts";
import { InvalidInput, validate } from "../run/validate.ts";
import { formOf, textOf } from "./body.ts";
import { bodyOf, type IncomingRequest } from "./request.ts";

/** Repeated keys as a list. No prototype, so that a key like "__proto__" is a key. */
function record(pairs: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  const all = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of pairs) {
    const before = all[key];
    if (before === undefined) all[key] = value;
    else if (Array.isArray(before)) before.push(value);
    else all[key] = [before, value];
  }
  return all;
}

const unreadable = (message: string, status: 400 | 415, cause?: unknown) => new InvalidInput(`body: ${message}`, [{ in: "body", path: "", message }], { status, cause });

/** The body by its declared media type: JSON (also where none is declared), a URL-encoded or multipart form. Throws InvalidInput for any other. */
async function parsedBody(request: IncomingRequest): Promise<unknown> {
  const declared = request.header("content-type") ?? "";
  const type = declared.split(";")[0]!.trim().toLowerCase();
  const body = await bodyOf(request);
  // Absent and empty are the same to a schema: it decides whether a body may be missing.
  if (body === undefined || body.length === 0) return undefined;
  if (type === "multipart/form-data") {
    try {
      return record(await formOf(body, declared));
    } catch (cause) {
      throw unreadable("not a multipart form", 400, cause);
    }
  }
  const text = textOf(body);
  if (type === "application/x-www-form-urlencoded") return record(new URLSearchParams(text));
  if (type !== "" && type !== "application/json" && !type.endsWith("+json")) throw unreadable(`expected JSON or a form, not ${type}`, 415);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable("not JSON", 400, cause);
  }
}

/** Outputs by part. Throws InvalidInput with the issues of every part at once. */
export async function validInput({ options }: HttpFunction, request: IncomingRequest, params: Readonly<Record<string, string>>): Promise<unknown> {
  const read = {
    params: () => params,
    query: () => record(new URLSearchParams(request.query)),
    headers: () => record(request.headers()),
    body: () => parsedBody(request),
  };
  const valid: Record<string, unknown> = {};
  const wrong: InvalidInput[] = [];
  for (const part of ["params", "query", "headers", "body"] as const) {
    const schema = options[part];
    if (schema === undefined) continue;
    try {
      valid[part] = await validate(schema, await read[part](), part);
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      wrong.push(error);
    }
  }
  if (wrong.length > 0) throw new InvalidInput("the request does not fit", wrong.flatMap(({ issues }) => issues), { status: wrong.some(({ status }) => status === 415) ? 415 : 400 });
  return valid;
}

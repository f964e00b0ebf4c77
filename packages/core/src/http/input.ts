/** What a function asked to have validated, read from a request. */
import type { HttpFunction } from "../triggers/http.ts";
import { InvalidInput, validate } from "../run/validate.ts";
import { formOf, textOf, type WholeBody } from "./body.ts";
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
function parsed(request: IncomingRequest, body: WholeBody): unknown {
  // Absent and empty are the same to a schema: it decides whether a body may be missing.
  if (body === undefined || body.length === 0) return undefined;
  const declared = request.header("content-type") ?? "";
  const type = declared.split(";")[0]!.trim().toLowerCase();
  if (type === "multipart/form-data") {
    return formOf(body, declared).then(record, (cause: unknown) => {
      throw unreadable("not a multipart form", 400, cause);
    });
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

function bodyGiven(request: IncomingRequest): unknown {
  const body = bodyOf(request);
  return body instanceof Promise ? body.then((whole) => parsed(request, whole)) : parsed(request, body);
}

/** Outputs by part. Rejects with InvalidInput and the issues of every part at once. */
export async function validInput({ options }: HttpFunction, request: IncomingRequest, params: Readonly<Record<string, string>>): Promise<unknown> {
  const valid: Record<string, unknown> = {};
  let wrong: InvalidInput[] | undefined;
  for (const part of ["params", "query", "headers", "body"] as const) {
    const schema = options[part];
    if (schema === undefined) continue;
    try {
      const given = part === "body" ? bodyGiven(request) : part === "params" ? params : record(part === "query" ? new URLSearchParams(request.query) : request.headers());
      // Awaited only where there is something to wait for: a turn of the loop costs as much as a small handler.
      const output = validate(schema, given instanceof Promise ? await given : given, part);
      valid[part] = output instanceof Promise ? await output : output;
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      (wrong ??= []).push(error);
    }
  }
  if (wrong !== undefined) throw new InvalidInput("the request does not fit", wrong.flatMap(({ issues }) => issues), { status: wrong.some(({ status }) => status === 415) ? 415 : 400 });
  return valid;
}

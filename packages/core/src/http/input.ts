/** What a function asked to have validated, read from a request. */
import type { AnySchema } from "../schema.ts";
import type { HttpFunction } from "../triggers/http.ts";
import { InvalidInput, validate } from "../run/validate.ts";
import { textOf, webBody, type WholeBody } from "./body.ts";
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
    return webBody(body, declared).formData().then(record, (cause: unknown) => {
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

/** What a part's schema is given; a promise of it where a body arrives later or is a multipart form. */
function givenOf(part: Part, request: IncomingRequest, params: Readonly<Record<string, string>>): unknown {
  if (part === "params") return params;
  if (part === "query") return record(new URLSearchParams(request.query));
  if (part === "headers") return record(request.headers());
  const body = bodyOf(request);
  return body instanceof Promise ? body.then((whole) => parsed(request, whole)) : parsed(request, body);
}

const parts = ["params", "query", "headers", "body"] as const;
type Part = (typeof parts)[number];

/** One part's output, or what is wrong with it. Whatever a validator throws itself passes through. */
function outputOf(schema: AnySchema, part: Part, request: IncomingRequest, params: Readonly<Record<string, string>>): unknown {
  const wrong = (error: unknown): InvalidInput => {
    if (error instanceof InvalidInput) return error;
    throw error;
  };
  try {
    const given = givenOf(part, request, params);
    const output = given instanceof Promise ? given.then((value: unknown) => validate(schema, value, part)) : validate(schema, given, part);
    return output instanceof Promise ? output.catch(wrong) : output;
  } catch (error) {
    return wrong(error);
  }
}

function validOf(outputs: Readonly<Record<string, unknown>>): unknown {
  let wrong: InvalidInput[] | undefined;
  for (const part in outputs) if (outputs[part] instanceof InvalidInput) (wrong ??= []).push(outputs[part]);
  if (wrong === undefined) return outputs;
  throw new InvalidInput("the request does not fit", wrong.flatMap(({ issues }) => issues), { status: wrong.some(({ status }) => status === 415) ? 415 : 400 });
}
async function arrived(outputs: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
  const all: Record<string, unknown> = {};
  for (const part in outputs) all[part] = await outputs[part];
  return all;
}

/**
 * Outputs by part; a promise of them only where there is something to wait for: a turn of the loop costs as much as a small handler. Throws
 * InvalidInput with the issues of every part at once.
 */
export function validInput({ options }: HttpFunction, request: IncomingRequest, params: Readonly<Record<string, string>>): unknown {
  const outputs: Record<string, unknown> = {};
  let late = false;
  for (const part of parts) {
    const schema = options[part];
    if (schema === undefined) continue;
    outputs[part] = outputOf(schema, part, request, params);
    late ||= outputs[part] instanceof Promise;
  }
  return late ? arrived(outputs).then(validOf) : validOf(outputs);
}

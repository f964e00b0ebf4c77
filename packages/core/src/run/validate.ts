/** Standard Schema at the door: what does not fit never reaches the handler. */
import { IsobarError } from "../errors.ts";
import type { AnySchema, SchemaIssue, SchemaResult } from "../schema.ts";

/** One place where the input does not fit: `in` names the part, `path` the way to it. */
export interface InputIssue {
  readonly in: string;
  readonly path: string;
  readonly message: string;
}
export class InvalidInput extends IsobarError {
  readonly issues: readonly InputIssue[];
  /** The HTTP answer: 415 for a media type that is not read here. */
  readonly status: 400 | 415;
  constructor(message: string, issues: readonly InputIssue[], { status = 400, ...options }: { readonly cause?: unknown; readonly status?: 400 | 415 } = {}) {
    super("invalid-input", message, options);
    this.issues = issues;
    this.status = status;
  }
}

const spellPath = (path: SchemaIssue["path"]) => (path ?? []).map((key) => String(typeof key === "object" ? key.key : key)).join(".");

/**
 * The schema's output; a promise of it where the validator answers with one. Throws InvalidInput with every issue; whatever a validator throws
 * itself is its own failure and passes through.
 */
export function validate(schema: AnySchema, value: unknown, part: string): unknown {
  const answer = schema["~standard"].validate(value as never);
  return answer instanceof Promise ? answer.then((result) => outputOf(result, part)) : outputOf(answer, part);
}

function outputOf(result: SchemaResult<unknown>, part: string): unknown {
  if (result.issues === undefined) return result.value;
  const issues = result.issues.map(({ message, path }) => ({ in: part, path: spellPath(path), message }));
  throw new InvalidInput(`${part} does not fit: ${issues.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("; ")}`, issues);
}

/** A schema of one property, as a schema of the whole: the rest passes through, and issues name their way from the whole. */
export const schemaOfPart = (part: string, schema: AnySchema): AnySchema => ({
  "~standard": {
    version: 1,
    vendor: schema["~standard"].vendor,
    validate(value) {
      const given = value as Readonly<Record<string, unknown>>;
      const whole = (result: SchemaResult<unknown>): SchemaResult<unknown> =>
        result.issues === undefined ? { value: { ...given, [part]: result.value } } : { issues: result.issues.map((issue) => ({ ...issue, path: [part, ...(issue.path ?? [])] })) };
      const result = schema["~standard"].validate(given[part] as never);
      return result instanceof Promise ? result.then(whole) : whole(result);
    },
  },
});

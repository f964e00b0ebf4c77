/** The closed list of error codes and what each settles to. Act on `code`, never on the message. */
export type ErrorCode =
  | "invalid-definition"
  | "unsupported"
  | "invalid-native-event"
  | "invalid-input"
  | "handler-failed"
  | "deadline-exceeded"
  | "payload-too-large"
  | "send-failed"
  | "dead-letter-failed"
  | "internal";

/**
 * `settles`: what happens to the delivery the error belongs to; a `fault` fails the whole invocation and acknowledges nothing;
 * `never` is raised before anything is delivered. `status`: the HTTP answer.
 */
export const errorTable = {
  "invalid-definition": { settles: "never", status: 500 },
  unsupported: { settles: "never", status: 500 },
  "invalid-native-event": { settles: "fault", status: 500 },
  "invalid-input": { settles: "reject", status: 400 },
  "handler-failed": { settles: "retry", status: 500 },
  "deadline-exceeded": { settles: "retry", status: 504 },
  "payload-too-large": { settles: "retry", status: 500 },
  "send-failed": { settles: "retry", status: 500 },
  "dead-letter-failed": { settles: "retry", status: 500 },
  internal: { settles: "retry", status: 500 },
} as const satisfies Record<ErrorCode, { readonly settles: "never" | "fault" | "reject" | "retry"; readonly status: number }>;

/** The HTTP answer to an error, as the table has it; a bundle needs no more of the table. */
export const statusOf = (code: ErrorCode): number => (code === "deadline-exceeded" ? 504 : code === "invalid-input" ? 400 : 500);

/** The one error class. `cause` is the original object, never a copy. */
export class IsobarError extends Error {
  override readonly name = "IsobarError";
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

import { expect, test } from "vitest";
import { errorTable, IsobarError, type ErrorCode } from "./errors.ts";

test("every code has one settlement and one status, and there is no other code", () => {
  expect(errorTable).toEqual({
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
  } satisfies Record<ErrorCode, unknown>);
});

test("an error keeps its code, its message and the very cause", () => {
  const cause = { any: "thing" };
  const error = new IsobarError("send-failed", "why", { cause });
  expect(error).toBeInstanceOf(Error);
  expect([error.name, error.code, error.message]).toEqual(["IsobarError", "send-failed", "why"]);
  expect(error.cause).toBe(cause);
});

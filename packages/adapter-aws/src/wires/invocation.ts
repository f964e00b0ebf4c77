/**
 * Events that a service hands to Lambda's own asynchronous queue: the invocation is the one item. A thrown error brings all of it again, twice
 * by default, after one and two minutes; then the function's on-failure destination has it, or nobody.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
import { IsobarError, type Outcome, type Reply } from "@isobar/core/adapter";

export const wholeInvocation = (outcomes: readonly Outcome[]): Reply<null> =>
  outcomes.some(({ then }) => then === "again") ? { fault: new IsobarError("handler-failed", "the event comes again: an asynchronous invocation is retried as a whole") } : { respond: null };

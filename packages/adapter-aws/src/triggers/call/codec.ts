/**
 * Call on Lambda. Answered: the Invoke API, the payload in and the result out. Sent ahead (`async`): through an SQS queue of the function's own.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 *
 * | Isobar        | native                                                                                                         |
 * |---------------|----------------------------------------------------------------------------------------------------------------|
 * | payload       | the event itself, any JSON; of a call that is sent ahead, the message's body, as wires/sqs.ts has it           |
 * | result        | the answer itself; an error is an invocation that fails (X-Amz-Function-Error), its message a problem document |
 * | only native() | nothing: the context tells who called                                                                          |
 *
 * Limits: 6 MB each way, 1 MiB sent ahead.
 */
import { bytesOf, IsobarError, strictTextOf, type ExchangeCodec, type IncomingRequest } from "@isobar/core/adapter";
import { maxAnswerBytes } from "../../wires/answer.ts";
import { objectIn } from "../../wires/records.ts";
import { sqsCodec } from "../../wires/sqs.ts";

/** The path that a call's handler is found under; no caller sees it. */
export const callPath = "/";
/** What the entry returns, or throws. */
export type CallAnswer = { readonly result: unknown } | { readonly failure: IsobarError };

const codes = ["invalid-input", "handler-failed", "deadline-exceeded", "payload-too-large", "send-failed", "dead-letter-failed", "internal"] as const;

const requestOf = (payload: unknown): IncomingRequest => ({
  method: "POST",
  path: callPath,
  query: "",
  origin: () => "https://host.invalid",
  header: (name) => (name === "content-type" ? "application/json" : undefined),
  headers: () => [["content-type", "application/json"]],
  body: () => JSON.stringify(payload),
  clientAddress: undefined,
});

export const invoke: ExchangeCodec<unknown, CallAnswer> = {
  decode: (native) => ({ native, request: requestOf(native) }),
  encode({ status }, body) {
    const text = strictTextOf(body ?? "");
    if (status === 200) {
      const size = bytesOf(text).length;
      if (size > maxAnswerBytes) throw new IsobarError("payload-too-large", `the result is ${size} bytes as JSON; Lambda takes ${maxAnswerBytes}`);
      return { result: JSON.parse(text) as unknown };
    }
    // A problem document says what the caller did wrong, and nothing of what went wrong inside.
    const code = codes.find((each) => each === objectIn(text)?.code) ?? (status < 500 ? "invalid-input" : "handler-failed");
    return { failure: new IsobarError(code, text) };
  },
};

export const callInSqs = /* @__PURE__ */ sqsCodec<undefined>((message) => [message]);

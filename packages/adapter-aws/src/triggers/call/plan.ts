/** What calls a call function on AWS: the Invoke API, or an SQS queue for calls that are sent ahead. */
import { exact, marginMs, spelledMs, timeoutOf, unsupported, type Assessment, type Binding, type Rendered } from "@isobar/core/plan";
import { logicalId } from "../../deploy/resources.ts";
import { assessSqs, longestTimeoutSeconds, renderSqs, type SqsSettings } from "../../deploy/sqs.ts";
import { planBy } from "../../deploy/variants.ts";

/** What a target may say of a function whose caller waits. */
interface InvokeSettings {
  readonly variant?: "invoke";
  /** Instances kept for this function alone, out of the account's. Default: none are reserved. */
  readonly reservedConcurrency?: number;
}
/** Default `invoke`: the caller waits for the result. `async`: sent ahead, and run under the delivery policy. */
export type CallSettings = InvokeSettings | (SqsSettings & { readonly variant: "async" });

const secondsOf = ({ fn }: Binding<"call">): number => Math.ceil((timeoutOf(fn.options.timeout) + marginMs) / 1000);
/** The policy is for calls that are sent ahead: https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html retries nothing. */
const waited = (what: string) => exact({}, `the caller waits, and ${what}`);

function assessInvoke(binding: Binding<"call", InvokeSettings>): Assessment<"call"> {
  const seconds = secondsOf(binding);
  return {
    attempts: waited("hears of an error: nothing comes again by itself"),
    backoff: waited("tries again when it likes"),
    retryAfter: waited("tries again when it likes"),
    maxAge: waited("nothing is kept for later"),
    deadLetter: waited("has the payload itself"),
    order: exact(),
    batch: exact({}, "a call is alone"),
    timeout: seconds > longestTimeoutSeconds ? unsupported("a Lambda invocation ends after 900 s", `timeout: "${spelledMs(longestTimeoutSeconds * 1000 - marginMs)}"`) : exact({ "AWS::Lambda::Function Timeout": seconds }),
    saturation: waited("is told that there was no instance (429): nothing has run"),
    identity: exact({}, "a call is its invocation"),
    isolation: exact({}, "a Lambda function of its own"),
    caller: exact({ "AWS::IAM::Policy Action": "lambda:InvokeFunction" }, "each caller is let in by its own identity; the function is not told which it was"),
  };
}
function renderInvoke(binding: Binding<"call", InvokeSettings>): Rendered {
  const { name, settings: { reservedConcurrency: reserved } } = binding;
  return { maker: "call", resources: { [logicalId(name, "Function")]: { Type: "AWS::Lambda::Function", Metadata: { Isobar: { for: name } }, Properties: { Timeout: secondsOf(binding), ...(reserved === undefined ? {} : { ReservedConcurrentExecutions: reserved }) } } }, grants: [] };
}

export const callPlan = planBy<"call", CallSettings>("call", "invoke", {
  invoke: { assess: assessInvoke, render: renderInvoke },
  async: {
    assess: (binding: Binding<"call", SqsSettings>) => ({ ...assessSqs(binding), caller: exact({ "AWS::IAM::Policy Action": "sqs:SendMessage" }, "each caller is let in by its own identity; the function is not told which it was") }),
    render: (binding: Binding<"call", SqsSettings>) => renderSqs(binding, "callAsync"),
  },
});

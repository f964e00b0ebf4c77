/** What calls an HTTP function on AWS: a front end chosen in the target. */
import { IsobarError, type HttpFunction } from "@isobar/core";
import { exact, marginMs, spelledMs, timeoutOf, unsupported, type Assessment, type Binding, type Rendered, type TriggerPlan, type Verdict } from "@isobar/core/plan";
import { logicalId } from "../../deploy/resources.ts";
import { pathOf } from "../../deploy/variants.ts";

export interface HttpSettings {
  /** Default `http-api`. Only `function-url` streams: https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html */
  readonly variant?: "http-api" | "function-url" | "rest-api" | "alb";
  /** Of `alb`, which needs both: the listener's ARN, and the place of this function's rule among the listener's, from 1 to 50,000; of two rules that both fit, the lower counts. */
  readonly listenerArn?: string;
  readonly priority?: number;
  /** Of `alb`: the host name that its rule is for. Default: any. */
  readonly host?: string;
}
type Variant = NonNullable<HttpSettings["variant"]>;
interface FrontEnd {
  readonly maker: string;
  readonly name: string;
  /** Milliseconds after which it answers in the function's place, or Lambda ends the invocation; the shorter of the two. */
  readonly longestMs: number;
  readonly ends: string;
  /** Who may call, in its own words; `undefined` where it cannot tell. */
  readonly lets: { readonly [A in "public" | "private" | "jwt"]?: Readonly<Record<string, string>> };
}
/** Limits: delivery-semantics §1.1, from botocore 1.43.107, data/{apigatewayv2,apigateway,lambda}. */
const fronts: { readonly [V in Variant]: FrontEnd } = {
  "http-api": { maker: "http", name: "HTTP API", longestMs: 30_000, ends: "an HTTP API gives up after 30 s", lets: { public: { "AWS::ApiGatewayV2::Route AuthorizationType": "NONE" }, private: { "AWS::ApiGatewayV2::Route AuthorizationType": "AWS_IAM" }, jwt: { "AWS::ApiGatewayV2::Route AuthorizationType": "JWT" } } },
  "function-url": { maker: "functionUrl", name: "Function URL", longestMs: 900_000, ends: "a Lambda invocation ends after 900 s", lets: { public: { "AWS::Lambda::Url AuthType": "NONE" }, private: { "AWS::Lambda::Url AuthType": "AWS_IAM" } } },
  "rest-api": { maker: "restApi", name: "REST API", longestMs: 29_000, ends: "a REST API gives up after 29 s", lets: { public: { "AWS::ApiGateway::Method AuthorizationType": "NONE" }, private: { "AWS::ApiGateway::Method AuthorizationType": "AWS_IAM" } } },
  alb: { maker: "alb", name: "ALB", longestMs: 900_000, ends: "a Lambda invocation ends after 900 s", lets: { public: { "AWS::ElasticLoadBalancingV2::LoadBalancer Scheme": "internet-facing" } } },
};
const standard = "http-api";
const whole = (variant: Variant): string => `the ${variant === "alb" ? "load balancer" : "gateway"} takes whole answers only`;

/** The entry maker for a unit's front end. Throws `unsupported` for members that disagree, and for streaming through what takes whole answers only. */
export function httpMaker(bindings: readonly Binding<"http", HttpSettings>[]): string {
  const variants = new Set(bindings.map(({ settings }) => settings.variant ?? standard));
  const streams = bindings.filter(({ fn }) => fn.options.streaming);
  if (variants.size > 1) throw new IsobarError("unsupported", `${bindings.map(({ name }) => name).join(", ")}: two front ends for one unit — a Lambda function answers one format — give them one variant or separate groups`);
  const [variant = standard] = variants;
  const { maker, name } = pathOf("http", fronts, standard, bindings[0]!);
  if (variant === "function-url") return streams.length > 0 ? "functionUrlStream" : maker;
  if (streams.length > 0) throw new IsobarError("unsupported", `${streams[0]!.name}: streaming — AWS, ${name} — ${whole(variant)} — set its variant to "function-url"`);
  return maker;
}

/** The functions of the same unit, itself among them. */
const unitOf = ({ app, name, fn }: Binding<"http">): readonly (readonly [name: string, fn: HttpFunction])[] =>
  fn.options.group === undefined ? [[name, fn]] : Object.entries(app.functions).flatMap(([each, its]) => (its.kind === "http" && its.options.group === fn.options.group ? [[each, its] as const] : []));
const wordOf = ({ options: { access } }: HttpFunction): "public" | "private" | "jwt" => (typeof access === "string" ? access : "jwt");

function access(binding: Binding<"http", HttpSettings>, { name, lets }: FrontEnd): Verdict {
  const word = wordOf(binding.fn);
  const by = lets[word];
  const crossing = unitOf(binding).find(([, fn]) => fn.options.cors !== undefined)?.[0];
  if (by === undefined) return unsupported(word === "jwt" ? `${name} checks no bearer's token` : `${name} knows no callers by their AWS credentials`, 'variant "http-api"');
  const others = unitOf(binding).filter(([, fn]) => wordOf(fn) !== word);
  if (binding.settings.variant === "function-url" && others.length > 0) return unsupported(`one Function URL lets in all or none, and ${others.map(([other]) => other).join(" and ")} of the same group asks for something else`, 'another group, or variant "http-api"');
  // A preflight carries no credentials, so that OPTIONS has to be let in without any.
  if (word !== "public" && binding.settings.variant === "function-url" && crossing !== undefined) return unsupported("a Function URL lets in a preflight, which carries no credentials, only where it lets in all", 'variant "http-api"');
  if (word !== "public" && crossing !== undefined && binding.fn.source.method === "*") return unsupported(`preflights for ${crossing} are let in without credentials, and this function would answer any OPTIONS as its own`, 'a function for each method, as in http.get and http.post');
  return exact(by, name === "Function URL" ? "whom it lets in also needs two permissions on the function" : undefined);
}
function streaming({ fn: { options }, settings: { variant = standard } }: Binding<"http", HttpSettings>): Verdict {
  if (!options.streaming) return exact();
  return variant === "function-url" ? exact({ "AWS::Lambda::Url InvokeMode": "RESPONSE_STREAM" }) : unsupported(variant === "rest-api" ? "a REST API streams in another format than this entry's" : whole(variant), 'variant "function-url"');
}
/** One Lambda function has one timeout: the longest of its members'; each of them keeps its own. */
const secondsOf = (binding: Binding<"http">): number => Math.ceil((Math.max(...unitOf(binding).map(([, fn]) => timeoutOf(fn.options.timeout))) + marginMs) / 1000);
function timeout(binding: Binding<"http">, { longestMs, ends }: FrontEnd): Verdict {
  return timeoutOf(binding.fn.options.timeout) + marginMs > longestMs ? unsupported(ends, `timeout: "${spelledMs(longestMs - marginMs)}"`) : exact({ "AWS::Lambda::Function Timeout": secondsOf(binding) });
}
/** Whether some path fits both; a segment fits itself and any parameter. */
function overlap(a: string, b: string): boolean {
  const [one, other] = [a.split("/"), b.split("/")];
  for (let i = 1; ; i++) {
    const [x, y] = [one[i], other[i]];
    if (x === undefined || y === undefined) return x === y;
    if (x.endsWith("+}") || y.endsWith("+}")) return true;
    if (x[0] !== "{" && y[0] !== "{" && x !== y) return false;
  }
}
/** A preflight names the method that will follow in a header, which no front end routes by: functions of other units whose preflights arrive at one place, while their requests do not. */
function strangersTo({ app, name, fn }: Binding<"http">): readonly string[] {
  if (fn.options.cors === undefined) return [];
  const own = new Set(unitOf({ app, name, fn } as Binding<"http">).map(([each]) => each));
  return Object.entries(app.functions).flatMap(([other, its]) => (its.kind === "http" && !own.has(other) && its.options.cors !== undefined && its.source.method !== fn.source.method && overlap(its.source.path, fn.source.path) ? [other] : []));
}
function isolation(binding: Binding<"http", HttpSettings>): Verdict {
  const strangers = binding.settings.variant === "function-url" ? [] : strangersTo(binding);
  if (strangers.length > 0) return unsupported(`a preflight goes to one Lambda function, and those for ${[binding.name, ...strangers].sort().join(" and ")} are alike until its header is read`, "one group for them");
  const others = unitOf(binding).filter(([name]) => name !== binding.name);
  return exact({}, others.length === 0 ? "a Lambda function of its own" : `shared with ${others.map(([name]) => name).join(", ")}, by group "${binding.fn.options.group}"`);
}

export const httpPlan: TriggerPlan<"http", HttpSettings> = {
  variant: ({ variant = standard }) => variant,
  assess(binding): Assessment<"http"> {
    const front = pathOf("http", fronts, standard, binding);
    return { access: access(binding, front), streaming: streaming(binding), timeout: timeout(binding, front), isolation: isolation(binding) };
  },
  render(binding): Rendered {
    const { maker } = pathOf("http", fronts, standard, binding);
    const { group } = binding.fn.options;
    const streams = unitOf(binding).some(([, fn]) => fn.options.streaming);
    const unit = group ?? binding.name;
    return { maker: streams && maker === "functionUrl" ? "functionUrlStream" : maker, resources: { [logicalId(unit, "Function")]: { Type: "AWS::Lambda::Function", Metadata: { Isobar: { for: unit } }, Properties: { Timeout: secondsOf(binding) } } }, grants: [] };
  },
};

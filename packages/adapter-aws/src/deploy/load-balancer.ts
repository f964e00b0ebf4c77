/**
 * Behind an Application Load Balancer that is there already: a target group for each unit, and a rule of its listener for each function.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html · https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
 */
import { shortened } from "./naming.ts";
import { getAtt, logicalId, ref, sub, type Named, type Resource } from "./resources.ts";
import { fragment, methodsOf, type FrontEnd, type Member, type Served } from "./routes.ts";
import type { Composition } from "./units.ts";

const nameLimit = 32;
/** A parameter is any text here, slashes included: what does not fit is answered by us, with 404. */
const patternOf = (path: string): string => path.replaceAll(/\{\w+\+?\}/g, "*");
const patternForm = /^[\w$/.~"'@:+&*-]{1,128}$/;
const listenerForm = /^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:listener\/app\/[\w/-]+$/;

function ruleOf({ unit }: Served, { name, fn: { source, ...fn }, settings: { listenerArn, priority, host } }: Member): Named {
  const methods = source.method === "*" ? [] : methodsOf({ source, ...fn }).map(([method]) => method);
  return [
    logicalId(name, "Rule"),
    {
      Type: "AWS::ElasticLoadBalancingV2::ListenerRule",
      Metadata: { Isobar: { for: name } },
      Properties: {
        ListenerArn: listenerArn,
        Priority: priority,
        Conditions: [
          { Field: "path-pattern", PathPatternConfig: { Values: [patternOf(source.path)] } },
          ...(methods.length === 0 ? [] : [{ Field: "http-request-method", HttpRequestMethodConfig: { Values: methods } }]),
          ...(host === undefined ? [] : [{ Field: "host-header", HostHeaderConfig: { Values: [host] } }]),
        ],
        Actions: [{ Type: "forward", TargetGroupArn: ref(logicalId(unit.name, "TargetGroup")) }],
      },
    } satisfies Resource,
  ];
}
/** A target group takes a function only once that lets it in, and is let in by its own ARN: by its name, then, whose identifier behind it nobody knows yet. */
function groupOf({ prefix }: Composition, { unit: { name, lambda } }: Served): readonly Named[] {
  const permission = logicalId(name, "AlbPermission");
  const of = { Isobar: { for: name } };
  const target = shortened(`${prefix}-${name}`, nameLimit);
  return [
    [permission, { Type: "AWS::Lambda::Permission", Metadata: of, Properties: { Action: "lambda:InvokeFunction", FunctionName: ref(lambda), Principal: "elasticloadbalancing.amazonaws.com", SourceArn: sub(`arn:\${AWS::Partition}:elasticloadbalancing:\${AWS::Region}:\${AWS::AccountId}:targetgroup/${target}/*`) } }],
    [logicalId(name, "TargetGroup"), { Type: "AWS::ElasticLoadBalancingV2::TargetGroup", Metadata: of, Properties: { TargetType: "lambda", Targets: [{ Id: getAtt(lambda) }], TargetGroupAttributes: [{ Key: "lambda.multi_value_headers.enabled", Value: "true" }] }, DependsOn: [permission] }],
  ];
}

/** As a load balancer matches: "*" is any text, also none. */
const matches = (pattern: string, path: string): boolean => new RegExp(`^${pattern.split("*").map((text) => text.replaceAll(/[$.+?^()[\]{}|\\]/g, "\\$&")).join(".*")}$`).test(path);
/** A rule that comes first and takes what a later one is for. */
function shadows(first: Member, later: Member): boolean {
  const [a, b] = [first.fn.source, later.fn.source];
  const samePlace = first.settings.listenerArn === later.settings.listenerArn && (first.settings.host === undefined || first.settings.host === later.settings.host);
  const methods = a.method === "*" || methodsOf(later.fn).some(([method]) => methodsOf(first.fn).some(([each]) => each === method));
  // A name that no literal segment has stands for a parameter's value.
  return samePlace && first.settings.priority! < later.settings.priority! && methods && matches(patternOf(a.path), b.path.replaceAll(/\{\w+\+?\}/g, "\u0001"));
}
function faultsOf(served: readonly Served[], { prefix }: Composition): readonly string[] {
  const members = served.flatMap((each) => each.members);
  // Of one unit it does not matter whose rule it was.
  const together = (one: Member, other: Member) => served.some((each) => each.members.includes(one) && each.members.includes(other));
  const complete = members.filter(({ settings: { listenerArn, priority } }) => listenerArn !== undefined && priority !== undefined);
  const twins = complete.flatMap((one, i) => complete.slice(i + 1).filter((other) => other.settings.listenerArn === one.settings.listenerArn && other.settings.priority === one.settings.priority).map((other) => `${one.name} and ${other.name}: one listener has one rule of priority ${one.settings.priority!}`));
  return [
    ...(members.length > 0 && prefix.startsWith("internal-") ? ['no target group is called "internal-…": another name for the app, or another variant'] : []),
    ...members.flatMap(({ name, fn, settings: { listenerArn = "", priority = Number.NaN } }) => [
      ...(listenerForm.test(listenerArn) ? [] : [`${name}: variant "alb" needs a listenerArn, ${listenerArn === "" ? "and there is none" : `which ${JSON.stringify(listenerArn)} is not`}`]),
      ...(Number.isInteger(priority) && priority >= 1 && priority <= 50_000 ? [] : [`${name}: variant "alb" needs a priority, a whole number from 1 to 50,000`]),
      ...(patternForm.test(patternOf(fn.source.path)) ? [] : [`${name}: a rule has no path pattern ${patternOf(fn.source.path)}: 128 characters at most, and of others than letters and digits only _-.$/~"'@:+&; variant "http-api"`]),
    ]),
    ...twins,
    ...complete.flatMap((one) => complete.filter((other) => !together(one, other) && shadows(one, other)).map((other) => `${one.name} (${one.fn.source.path}, priority ${one.settings.priority!}) takes the requests of ${other.name} (${other.fn.source.path}, priority ${other.settings.priority!}), since a parameter is any text in a rule: give ${other.name} the lower priority, or both one group`)),
  ];
}

export function loadBalancer(composition: Composition, served: readonly Served[]): FrontEnd {
  return {
    fragments: served.flatMap((each) => each.members.map((member) => fragment(each, member.name, ...groupOf(composition, each), ruleOf(each, member)))),
    // Its address is the load balancer's.
    outputs: {},
    faults: faultsOf(served, composition),
  };
}

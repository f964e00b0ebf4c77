/** Each unit's Lambda function as it is deployed, with its role and its log. */
import { IsobarError, type App } from "@isobar/core";
import { needsOf, settingsOf, type Plan, type Unit, type UnitNeeds } from "@isobar/core/plan";
import type { Target } from "@isobar/core";
import { addressVariable, secretVariable } from "../client/access.ts";
import { allowedBy, arnOf, network, roleOf, secretArn, tracing, type Allowed } from "./identity.ts";
import type { Fragment } from "./parts.ts";
import { getAtt, logicalId, ref, type Resource } from "./resources.ts";
import type { FunctionSettings } from "./settings.ts";
import type { AwsSettings } from "./target.ts";

/** What all of a manifest is made from. */
export interface Composition {
  readonly app: App;
  readonly settings: AwsSettings;
  readonly target: Target;
  readonly plan: Plan;
  readonly stage: string;
  /** App and stage: naming.ts. */
  readonly prefix: string;
}
/** A unit with what its members agree on. */
export interface AgreedUnit extends Unit {
  readonly needs: UnitNeeds;
  readonly settings: FunctionSettings;
  /** The logical id of its function. */
  readonly lambda: string;
}

const keys = ["architecture", "logRetentionDays", "tracing", "network", "reservedConcurrency", "provisionedConcurrency"] as const satisfies readonly (keyof FunctionSettings)[];
/** Throws `unsupported` for members that say different things. */
export function agreed({ target, app, settings, plan }: Composition, unit: Unit): AgreedUnit {
  const one = <K extends (typeof keys)[number]>(key: K): Pick<FunctionSettings, K> => {
    const said = unit.functions.flatMap((name) => {
      const value = (settingsOf(target, name) as FunctionSettings)[key];
      return value === undefined ? [] : [{ name, value }];
    });
    const other = said.find(({ value }) => JSON.stringify(value) !== JSON.stringify(said[0]!.value));
    if (other !== undefined) throw new IsobarError("unsupported", `${key}: ${JSON.stringify(said[0]!.value)} for ${said[0]!.name}, ${JSON.stringify(other.value)} for ${other.name} · unit "${unit.name}" · its members are one Lambda function · say the same, or give them groups of their own`);
    const value = said[0]?.value ?? (settings as FunctionSettings)[key];
    return (value === undefined ? {} : { [key]: value }) as Pick<FunctionSettings, K>;
  };
  const needs = needsOf(app, unit);
  // A call that is waited for has a policy and writes no letter.
  const written = new Set(plan.bindings.filter((binding) => unit.functions.includes(binding.function)).flatMap(({ rendered }) => Object.keys(rendered.resources)));
  return { ...unit, needs: { ...needs, deadLetters: needs.deadLetters.filter((queue) => written.has(channelId(queue))) }, settings: Object.assign({}, ...keys.map(one)) as FunctionSettings, lambda: logicalId(unit.name, "Function") };
}

/** A secret's name in Secrets Manager, or its ARN. */
export function secretNameOf({ settings: { existing: { secrets = {} } = {} }, prefix }: Composition, name: string): string {
  return Object.hasOwn(secrets, name) ? secrets[name]! : `${prefix}/${name}`;
}
/** The logical id of a channel that is sent to. */
export const channelId = ({ resource, name }: { readonly resource: "queue" | "topic"; readonly name: string }): string => logicalId(name, resource === "queue" ? "Queue" : "Topic");

/** Addresses of all that it writes to, names of its secrets, and the user's own. */
function environmentOf(composition: Composition, { needs }: AgreedUnit): Readonly<Record<string, unknown>> {
  const channels = [...needs.sends, ...needs.deadLetters].map((channel) => [addressVariable(channel), ref(channelId(channel))] as const);
  return Object.fromEntries([...channels, ...needs.secrets.map((name) => [secretVariable(name), secretNameOf(composition, name)] as const), ...Object.entries(needs.environment)]);
}
function allowedTo(composition: Composition, { functions, name, needs, settings }: AgreedUnit, typeOf: (id: string) => string | undefined): readonly Allowed[] {
  const grants = composition.plan.bindings.filter((binding) => functions.includes(binding.function)).flatMap(({ rendered }) => rendered.grants);
  const sends = needs.sends.map((channel): Allowed => {
    const [actions, type] = channel.resource === "queue" ? ([["sqs:SendMessage"], "AWS::SQS::Queue"] as const) : ([["sns:Publish"], "AWS::SNS::Topic"] as const);
    return { actions, on: arnOf(channelId(channel), type), for: `sending to ${channel.resource}s` };
  });
  return [
    ...allowedBy(grants, typeOf),
    ...sends,
    ...needs.secrets.map((secret): Allowed => ({ actions: ["secretsmanager:GetSecretValue"], on: secretArn(secretNameOf(composition, secret)), for: "secrets" })),
    { actions: ["logs:CreateLogStream", "logs:PutLogEvents"], on: getAtt(logicalId(name, "Logs")), for: "logs" },
    ...(settings.tracing === false ? [] : [{ actions: tracing, on: undefined, for: "tracing" }]),
    ...(settings.network === undefined ? [] : [{ actions: network, on: undefined, for: "network" }]),
  ];
}

/** The function, completed; the rest of its properties is rendered for its bindings. */
export function unitFragment(composition: Composition, unit: AgreedUnit, typeOf: (id: string) => string | undefined): Fragment {
  const { app, stage, settings: { runtime = "nodejs24.x" } } = composition;
  const { name, needs, settings: { architecture = "arm64", logRetentionDays = 30, tracing: traced = true, network: within, reservedConcurrency } } = unit;
  const [role, logs] = [logicalId(name, "Role"), logicalId(name, "Logs")];
  const variables = environmentOf(composition, unit);
  const of = { Isobar: { for: name } };
  return {
    function: unit.functions[0]!,
    unit: name,
    resources: {
      [logs]: { Type: "AWS::Logs::LogGroup", Metadata: of, Properties: { RetentionInDays: logRetentionDays } },
      [role]: roleOf(name, allowedTo(composition, unit, typeOf)),
      [unit.lambda]: {
        Type: "AWS::Lambda::Function",
        Metadata: of,
        Properties: {
          Description: `${app.name}, stage ${stage}: ${name}`,
          // A folder beside the template, which `aws cloudformation package` uploads.
          Code: `./${name}`,
          Runtime: runtime,
          Handler: "index.handler",
          Architectures: [architecture],
          MemorySize: needs.memoryMb,
          Role: getAtt(role),
          ...(Object.keys(variables).length === 0 ? {} : { Environment: { Variables: variables } }),
          // Lines as they are written: our log writes JSON itself.
          LoggingConfig: { LogFormat: "Text", LogGroup: ref(logs) },
          TracingConfig: { Mode: traced ? "Active" : "PassThrough" },
          ...(within === undefined ? {} : { VpcConfig: { SubnetIds: within.subnetIds, SecurityGroupIds: within.securityGroupIds } }),
          ...(reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency }),
        },
      } satisfies Resource,
    },
  };
}

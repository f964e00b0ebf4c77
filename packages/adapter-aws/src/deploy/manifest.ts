/** What a planned app becomes on AWS: plain CloudFormation, without a transform. */
import { IsobarError, type App, type Target } from "@isobar/core";
import { manifestText, unitsOf, type ComposeOptions, type Manifest, type Plan, type Unit } from "@isobar/core/plan";
import { topicOf } from "../triggers/topic/plan.ts";
import { alarmFragments } from "./alarms.ts";
import { aliased, codeParameters } from "./aliases.ts";
import { sinkOf } from "./dead-letters.ts";
import { existingFaults, withExisting } from "./existing.ts";
import { explained } from "./explain.ts";
import { frontEnds } from "./http.ts";
import { resourceFaults, targetFaults, templateFaults, unitFaults } from "./limits.ts";
import { named, prefixOf } from "./naming.ts";
import { outputsOf } from "./outputs.ts";
import { overlaid, ownFaults, withOwn } from "./own.ts";
import { partsOf, traced, type Fragment, type Part, type Parts } from "./parts.ts";
import type { Resource } from "./resources.ts";
import { deployerOf, stepsOf } from "./steps.ts";
import { templatesOf } from "./stacks.ts";
import type { AwsSettings } from "./target.ts";
import { agreed, unitFragment, type AgreedUnit, type Composition } from "./units.ts";

/** Throws `unsupported` for what AWS refuses, all of it at once. */
function refuse(faults: readonly string[]): void {
  if (faults.length > 0) throw new IsobarError("unsupported", `AWS refuses:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
}

/** Units whose members agree, and sentences about those whose do not. */
function agreedUnits(composition: Composition, units: readonly Unit[]): { readonly units: readonly AgreedUnit[]; readonly faults: readonly string[] } {
  const faults: string[] = [];
  const all = units.flatMap((unit) => {
    try {
      return [agreed(composition, unit)];
    } catch (error) {
      if (!(error instanceof IsobarError)) throw error;
      faults.push(error.message);
      return [];
    }
  });
  return { units: all, faults };
}

/** Channels, with who sends to them. Those that nobody here reads are there for this: somebody else reads them. */
const sent = ({ app }: Composition, { name: unit, functions }: AgreedUnit): readonly Fragment[] =>
  functions.map((name) => ({ function: name, unit, resources: Object.fromEntries((app.functions[name]!.options.sends ?? []).map((channel) => (channel.resource === "queue" ? sinkOf(name, channel, false) : topicOf(channel)))) }));

/** What is kept when it leaves the stack or is replaced: what nobody could write again, and messages, which another queue does not have. */
const kept: Readonly<Record<string, Pick<Resource, "DeletionPolicy" | "UpdateReplacePolicy">>> = {
  "AWS::DynamoDB::Table": { DeletionPolicy: "RetainExceptOnCreate", UpdateReplacePolicy: "Retain" },
  "AWS::S3::Bucket": { DeletionPolicy: "RetainExceptOnCreate", UpdateReplacePolicy: "Retain" },
  "AWS::SQS::Queue": { UpdateReplacePolicy: "Retain" },
  "AWS::Kinesis::Stream": { UpdateReplacePolicy: "Retain" },
};
const keeping = (parts: Parts): Parts =>
  new Map([...parts].map(([id, part]): readonly [string, Part] => [id, part.resource.Metadata?.Isobar.discards === undefined ? { ...part, resource: { ...part.resource, ...kept[part.resource.Type] } } : part]));
/** Of logs that the app has as channels. */
const retained = (parts: Parts, days: number): Parts =>
  new Map([...parts].map(([id, part]): readonly [string, Part] => [id, part.resource.Type === "AWS::Logs::LogGroup" ? { ...part, resource: { ...part.resource, Properties: { RetentionInDays: days, ...part.resource.Properties } } } : part]));

/**
 * The manifest of a planned target. Throws `invalid-definition` for two things of the app that would have one name in the template, and where bindings disagree on a resource; `unsupported`, with all of it at
 * once, for what AWS's limits refuse and for settings of the user's that fit nothing.
 */
export function compose(target: Target, plan: Plan, { origin }: ComposeOptions = {}): Manifest {
  const app: App = target.app;
  const settings = target.settings as AwsSettings;
  const { stage = "dev", nested = false, logRetentionDays = 30 } = settings;
  const composition: Composition = { app, settings, target, plan, stage, prefix: prefixOf(app, stage) };
  const all = unitsOf(app, "each");
  const { units, faults } = agreedUnits(composition, all);
  refuse([...targetFaults(composition), ...faults]);

  const rendered = plan.bindings.map(({ function: name, unit, rendered: { resources } }): Fragment => ({ function: name, unit, resources: resources as Fragment["resources"] }));
  const front = frontEnds(composition, units);
  const types = new Map(rendered.flatMap(({ resources }) => Object.entries(resources).map(([id, { Type }]) => [id, Type] as const)));
  const byUnit = units.flatMap((unit) => [...rendered.filter((each) => each.unit === unit.name), unitFragment(composition, unit, (id) => types.get(id)), ...front.fragments.filter((each) => each.unit === unit.name)]);
  const fragments = [...byUnit, ...units.flatMap((unit) => sent(composition, unit)), ...alarmFragments(composition, units, byUnit)];
  const parts = named(keeping(retained(partsOf(fragments), logRetentionDays)), composition.prefix);
  const ours = aliased(traced(withExisting(parts, composition), origin), units, (id, resource) => overlaid(settings, id, resource));
  const whole = withOwn(ours, settings);

  const templates = templatesOf({ parts: whole, parameters: codeParameters(units), outputs: outputsOf(composition, front.outputs, whole), description: `${app.name}, stage ${stage}` }, nested);
  const files = Object.fromEntries([...templates].map(([file, template]) => [file, manifestText(template)]));
  refuse([...units.flatMap((unit) => unitFaults(composition, unit)), ...front.faults, ...existingFaults(composition, units, parts), ...ownFaults(ours, settings, plan), ...resourceFaults(whole), ...templateFaults(templates, files)]);
  return {
    files,
    units: Object.fromEntries(units.map(({ name }) => [name, {}])),
    explained: explained(whole, origin),
    steps: stepsOf(composition, units, templates),
    deployer: deployerOf(composition, units, templates),
  };
}

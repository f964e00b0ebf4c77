/** Deploy time: what an app becomes on one cloud, promise by promise; its units; and the text of the entries that a cloud calls. */
export type { Target } from "./config.ts";
export { toMs } from "./duration.ts";
export { backoffMs, insideMs } from "./run/keeping.ts";
export { defaultTimeoutMs, marginMs, timeoutOf } from "./run/deadline.ts";
export type { Adapter, Binding, Entry, EntryOptions, Grant, Located, Rendered, TriggerPlan, TriggerPlans } from "./plan/adapter.ts";
export { capabilities, type Capabilities, type Capability } from "./plan/capability.ts";
export { givenBack, inHand, listed, notRemoved, redrivenAttribute, storyOf, type DeadLetter, type DeadLetters, type Hands, type LetterInHand, type Look, type Machine, type Operate, type Operations, type Recipient, type Story } from "./plan/dead-letters.ts";
export { importsOf, localName, objectText, wiringText } from "./plan/entry-text.ts";
export { lossesOf, type Loss, type LossRules, type ManifestFiles, type ManifestResource } from "./plan/losses.ts";
export { defaultMemoryMb, manifestText, mergeResources, needsOf, overlay, type ComposeOptions, type DeployStep, type Explained, type Manifest, type Merged, type UnitNeeds } from "./plan/manifest.ts";
export { bindingOf, gapText, plan, refuse, refusedOf, settingsOf, type Fault, type Gap, type Overridden, type Plan, type PlannedBinding } from "./plan/plan.ts";
export { askedOf, longestWaitMs, spanMs, spelledMs } from "./plan/policy.ts";
export { parseCron, type Cron } from "./schedule/cron.ts";
export { unitsOf, type Unit } from "./plan/units.ts";
export { approximated, emulated, exact, unsupported, type Approximated, type Assessment, type Emulated, type Exact, type Setting, type Unsupported, type Verdict } from "./plan/verdict.ts";

/** Faults in every place of the good samples, not only where someone thought of one; and manifests that are nonsense, which a checker takes without throwing. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { armFaults } from "./check/arm.ts";
import { cloudFormationFaults } from "./check/cloudformation.ts";
import { hostFaults } from "./check/host.ts";
import type { Check, Json } from "./check/json.ts";
import { terraformFaults } from "./check/terraform.ts";
import { missing } from "./check/vendor.ts";
import { drop, edited, placesOf, rename, set } from "./edit.ts";
import { armSample } from "./samples/arm.ts";
import { cloudFormationSample } from "./samples/cloudformation.ts";
import { hostSample } from "./samples/host.ts";
import { terraformSample } from "./samples/terraform.ts";

const why = missing();
if (why !== undefined) console.log(`only CloudFormation is checked everywhere: ${why}`);
interface Subject {
  readonly check: Check;
  readonly sample: object;
  /** Keys that are the author's to choose: a misspelling is another name there. */
  readonly named: RegExp;
  /** Values that may be anything. */
  readonly anything: RegExp;
}
const subjects: Readonly<Record<string, Subject>> = {
  CloudFormation: { check: cloudFormationFaults, sample: cloudFormationSample, named: /^(?:Outputs|Resources)\/\w+$|Metadata\/|Environment\/Variables\/|\/Condition\/ArnEquals\/|Statement\/\d+\/Sid$/, anything: /\/Metadata(?:$|\/)|\/Condition\/ArnEquals\// },
  ...(why !== undefined ? {} : {
    ARM: { check: armFaults, sample: armSample, named: /^(?:outputs|variables|parameters)\/\w+$|\/metadata\//, anything: /^variables\/|\/metadata(?:$|\/)/ },
    "host.json": { check: hostFaults, sample: hostSample, named: /^logging\/logLevel\//, anything: /^$/ },
    Terraform: { check: terraformFaults, sample: terraformSample, named: /^(?:output|variable|locals|data\/\w+|resource\/\w+)\/\w+$|labels\/|environment_variables\/|\/\/\/$/, anything: /^locals\/|^output\/\w+\/value$|\/\/\/$/ },
  }),
};
const spelled = (path: readonly string[]): string => path.join("/");
/** Functions are keys too, whose misspelling makes data of them. */
const isKey = (path: readonly string[]): boolean => !/^\d+$/.test(path.at(-1)!) && !path.at(-1)!.startsWith("Fn::");

const odd = ["[", "[concat(", "[[", "[resourceId()]", "[variables('storage').x[0]]", "${", "${var.", "${a.b.c}", "${[for]}", "%{ if }", "\\"];
const oddFunctions: readonly Json[] = [{ Ref: 5 }, { "Fn::GetAtt": "A.B" }, { "Fn::Sub": [] }, { "Fn::Sub": ["${A}", 5] }, { "Fn::If": ["IsLive"] }, { "Fn::Join": {} }];

describe.each(Object.entries(subjects))("%s", (_, { check, sample, named, anything }) => {
  const places = placesOf(sample);
  test("a misspelt key is caught wherever it is", () => {
    const keys = places.filter((path) => isKey(path) && !named.test(spelled(path)));
    expect(keys.length).toBeGreaterThan(10);
    expect(keys.filter((path) => check(edited(sample, rename(path, `${path.at(-1)!}x`))).length === 0).map(spelled)).toEqual([]);
  });
  test("a list of lists is caught wherever it is", () => {
    expect(places.filter((path) => !anything.test(spelled(path)) && check(edited(sample, set(path, [[[]]]))).length === 0).map(spelled)).toEqual([]);
  });
  test("an object of nothing known is caught wherever it is", () => {
    expect(places.filter((path) => !anything.test(spelled(path)) && check(edited(sample, set(path, { nothing: { known: 1 } }))).length === 0).map(spelled)).toEqual([]);
  });
  test("nonsense is a fault or none, and nothing is thrown", () => {
    const nonsense = fc.oneof(fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>, fc.constantFrom<Json>(...odd, ...oddFunctions));
    const texts = (manifest: unknown) => check(manifest).every((fault) => typeof fault === "string");
    fc.assert(fc.property(fc.constantFrom(...places), nonsense, (path, value) => texts(edited({ ...sample, more: true }, drop("more"), set(path, value)))), { seed: 4711, numRuns: 600 });
    fc.assert(fc.property(fc.jsonValue(), texts), { seed: 4711, numRuns: 200 });
  });
});

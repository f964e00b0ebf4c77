/** What is committed of every example, in front of its cloud's checker, and of whoever asks what it allows. */
import { describe, expect, test } from "vitest";
import { armFaults } from "./check/arm.ts";
import { cloudFormationFaults } from "./check/cloudformation.ts";
import { hostFaults } from "./check/host.ts";
import { terraformFaults } from "./check/terraform.ts";
import { missing } from "./check/vendor.ts";
import { edited, set } from "./edit.ts";
import { committedFor, exampleNames } from "./goldens.ts";
import { widerOnAws, widerOnAzure, widerOnGoogleCloud } from "./privilege.ts";

const why = missing();
if (why !== undefined) console.log(`the examples' manifests for Azure and Google Cloud are not checked: ${why}`);
const manifestsOf = (example: string, is: RegExp) => Object.entries(committedFor(example)).filter(([path]) => is.test(path)).map(([path, text]) => [path, JSON.parse(text) as object] as const);
const kinds = [
  { what: "templates of CloudFormation", is: /^aws\/[^/]+\.json$/, faults: cloudFormationFaults, wider: widerOnAws, needs: undefined },
  { what: "ARM templates", is: /^azure\/[^/]+\.json$/, faults: armFaults, wider: widerOnAzure, needs: why },
  { what: "host.json", is: /\/host\.json$/, faults: hostFaults, wider: () => [], needs: why },
  { what: "Terraform JSON", is: /\.tf\.json$/, faults: terraformFaults, wider: widerOnGoogleCloud, needs: why },
] as const;

describe.each(exampleNames)("the example %s", (example) => {
  test.each(kinds)("$what are there, have no fault, and allow no more than a service forces", ({ is, faults, wider, needs }) => {
    const manifests = manifestsOf(example, is);
    expect(manifests.length).toBeGreaterThan(0);
    expect(manifests.flatMap(([path, manifest]) => wider(manifest).map((each) => `${path}: ${each}`))).toEqual([]);
    if (needs === undefined) expect(manifests.flatMap(([path, manifest]) => faults(manifest).map((fault) => `${path}: ${fault}`))).toEqual([]);
  });
});

/** One wrong setting per cloud, in what is committed. */
describe("a wrong setting is caught in what is committed of media", () => {
  const manifest = (is: RegExp) => manifestsOf("media", is)[0]![1];
  const at = (template: object, name: string): number => (template as { readonly resources: readonly { readonly comments?: string }[] }).resources.findIndex(({ comments = "" }) => comments.startsWith(name));
  test("on AWS: a queue that shows a message again while it is worked on", () => {
    expect(cloudFormationFaults(edited(manifest(/^aws\/template\.json$/), set("Resources/RenditionsQueue/Properties/VisibilityTimeout", 30)))).toEqual(["Resources.RenderMapping: RenditionsQueue hides messages for 30 s, RenderFunction may take 61 s"]);
  });
  test.skipIf(why !== undefined)("on Azure: an instance of a size that is none", () => {
    const template = manifest(/^azure\/azuredeploy\.json$/);
    const i = at(template, "site render ·");
    expect(armFaults(edited(template, set(`resources/${i}/properties/functionAppConfig/scaleAndConcurrency/instanceMemoryMB`, 1_024)))).toEqual([`resources[${i}].properties.functionAppConfig.scaleAndConcurrency.instanceMemoryMB: 1024 is not 512, 2048 or 4096 (learn.microsoft.com/azure/azure-functions/flex-consumption-plan)`]);
  });
  test.skipIf(why !== undefined)("on Google Cloud: a push that is given up while it is worked on", () => {
    expect(terraformFaults(edited(manifest(/main\.tf\.json$/), set("resource/google_pubsub_subscription/render/ack_deadline_seconds", 30)))).toEqual(["resource.google_pubsub_subscription.render: waits 30 s for an answer, google_cloudfunctions2_function.render may take 61 s"]);
  });
});

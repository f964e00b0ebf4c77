/** The three clouds as the proof examines them. */
import * as awsDeploy from "@isobar/adapter-aws/deploy";
import * as awsSide from "@isobar/adapter-aws/testing";
import * as azureDeploy from "@isobar/adapter-azure/deploy";
import * as azureSide from "@isobar/adapter-azure/testing";
import * as gcpDeploy from "@isobar/adapter-gcp/deploy";
import * as gcpSide from "@isobar/adapter-gcp/testing";
import type { Subject } from "@isobar/conformance/lab";

export const aws: Subject = { cloud: "aws", adapter: awsDeploy.adapter, target: (app, functions) => awsDeploy.aws(app, { functions }), startUnit: awsSide.startUnit, wires: awsSide.wires };
export const azure: Subject = { cloud: "azure", adapter: azureDeploy.adapter, target: (app, functions) => azureDeploy.azure(app, { functions }), startUnit: azureSide.startUnit, wires: azureSide.wires };
export const gcp: Subject = { cloud: "gcp", adapter: gcpDeploy.adapter, target: (app, functions) => gcpDeploy.gcp(app, { functions }), startUnit: gcpSide.startUnit, wires: gcpSide.wires };
export const clouds: readonly Subject[] = [aws, azure, gcp];

/** How each runtime is named to a reader. */
export const runtimes: Readonly<Record<string, string>> = {
  aws: `aws-lambda-ric 4.0.2 (${awsSide.runtimeClient()} client)`,
  azure: "@azure/functions 4.16.5, v4 model",
  gcp: "functions-framework 5.0.5",
};

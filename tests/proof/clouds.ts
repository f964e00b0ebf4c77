/** The three clouds as the proof examines them. */
import * as awsDeploy from "@isobar/adapter-aws/deploy";
import * as awsSide from "@isobar/adapter-aws/testing";
import * as azureDeploy from "@isobar/adapter-azure/deploy";
import * as azureSide from "@isobar/adapter-azure/testing";
import * as gcpDeploy from "@isobar/adapter-gcp/deploy";
import * as gcpSide from "@isobar/adapter-gcp/testing";
import type { Subject } from "@isobar/conformance/lab";
import type { App } from "@isobar/core";

const url = (app: App) =>
  awsDeploy.aws(app, { functions: Object.fromEntries(Object.entries(app.functions).flatMap(([name, { kind }]) => (kind === "http" ? [[name, { variant: "function-url" }]] : []))) as NonNullable<awsDeploy.AwsSettings["functions"]> });

export const aws: Subject = {
  cloud: "aws",
  adapter: awsDeploy.adapter,
  target: (app) => awsDeploy.aws(app),
  startUnit: awsSide.startUnit,
  http: { "http-api": { side: awsSide.httpApiSide, streams: false }, "function-url": { side: awsSide.functionUrlSide, streams: true, target: url } },
  queue: awsSide.sqsSide,
};
export const azure: Subject = { cloud: "azure", adapter: azureDeploy.adapter, target: (app) => azureDeploy.azure(app), startUnit: azureSide.startUnit, http: { http: { side: azureSide.httpSide, streams: true } }, queue: azureSide.serviceBusSide };
export const gcp: Subject = { cloud: "gcp", adapter: gcpDeploy.adapter, target: (app) => gcpDeploy.gcp(app), startUnit: gcpSide.startUnit, http: { http: { side: gcpSide.httpSide, streams: true } }, queue: gcpSide.pushSide };
export const clouds: readonly Subject[] = [aws, azure, gcp];

/** How each runtime is named to a reader. */
export const runtimes: Readonly<Record<string, string>> = {
  aws: `aws-lambda-ric 4.0.2 (${awsSide.runtimeClient()} client)`,
  azure: "@azure/functions 4.16.5, v4 model",
  gcp: "functions-framework 5.0.5",
};

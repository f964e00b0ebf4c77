import { adapter, aws, type AwsSettings } from "@isobar/adapter-aws/deploy";
import { functionUrlSide, httpApiSide, sqsSide, startUnit } from "@isobar/adapter-aws/testing";
import { runConformance } from "@isobar/conformance";
import type { App } from "@isobar/core";

const url = (app: App) => aws(app, { functions: Object.fromEntries(Object.entries(app.functions).flatMap(([name, { kind }]) => (kind === "http" ? [[name, { variant: "function-url" }]] : []))) as NonNullable<AwsSettings["functions"]> });
runConformance({ cloud: "aws", adapter, target: (app) => aws(app), startUnit, http: { "http-api": { side: httpApiSide, streams: false }, "function-url": { side: functionUrlSide, streams: true, target: url } }, queue: sqsSide });

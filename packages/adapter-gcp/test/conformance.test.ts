import { adapter, gcp } from "@isobar/adapter-gcp/deploy";
import { httpSide, pushSide, startUnit } from "@isobar/adapter-gcp/testing";
import { runConformance } from "@isobar/conformance";

runConformance({ cloud: "gcp", adapter, target: (app) => gcp(app), startUnit, http: { http: { side: httpSide, streams: true } }, queue: pushSide });

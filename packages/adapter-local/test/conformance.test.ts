import { adapter, local } from "@isobar/adapter-local/deploy";
import { httpSide, queueSide, startUnit } from "@isobar/adapter-local/testing";
import { runConformance } from "@isobar/conformance";

runConformance({ cloud: "local", adapter, target: local, startUnit, http: { http: { side: httpSide, streams: false } }, queue: queueSide });

import { adapter, gcp } from "@isobar/adapter-gcp/deploy";
import { startUnit, wires } from "@isobar/adapter-gcp/testing";
import { runConformance } from "@isobar/conformance";

runConformance({ cloud: "gcp", adapter, target: (app, functions) => gcp(app, { functions }), startUnit, wires });

import { adapter, local } from "@isobar/adapter-local/deploy";
import { startUnit, wires } from "@isobar/adapter-local/testing";
import { runConformance } from "@isobar/conformance";

runConformance({ cloud: "local", adapter, target: (app, functions) => local(app, { functions }), startUnit, wires });

import { adapter, azure } from "@isobar/adapter-azure/deploy";
import { startUnit, wires } from "@isobar/adapter-azure/testing";
import { runConformance } from "@isobar/conformance";

runConformance({ cloud: "azure", adapter, target: (app, functions) => azure(app, { functions }), startUnit, wires });

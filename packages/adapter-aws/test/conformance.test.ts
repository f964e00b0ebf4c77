import { adapter, aws } from "@isobar/adapter-aws/deploy";
import { startUnit, wires } from "@isobar/adapter-aws/testing";
import { runConformance } from "@isobar/conformance";

runConformance({ cloud: "aws", adapter, target: (app, functions) => aws(app, { functions }), startUnit, wires });

import { adapter, azure } from "@isobar/adapter-azure/deploy";
import { httpSide, serviceBusSide, startUnit } from "@isobar/adapter-azure/testing";
import { runConformance } from "@isobar/conformance";

runConformance({ cloud: "azure", adapter, target: (app) => azure(app), startUnit, http: { http: { side: httpSide, streams: true } }, queue: serviceBusSide });

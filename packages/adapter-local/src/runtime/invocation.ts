import type { Platform } from "@isobar/core/adapter";
import type { LocalContext } from "../native.ts";

export const platformOf = (context: LocalContext): Platform => ({ cloud: "local", invocationId: context.invocationId, functionName: context.functionName, context });

/** What the harness and its worker process say over the IPC channel (serialization "advanced", so bytes stay bytes). */

import type { Failure, InvocationRequest, InvocationResponse, RegisteredFunction } from "./rpc.ts";

export type ToWorker =
  | { readonly kind: "invoke"; readonly functionName: string; readonly request: InvocationRequest }
  | { readonly kind: "terminate" };

/** `capabilities.HttpUri` is the address of the library's own HTTP proxy; it is there when the app enabled HTTP streaming. */
export type FromWorker =
  | { readonly kind: "ready"; readonly functions: readonly RegisteredFunction[]; readonly capabilities: Readonly<Record<string, string>> }
  | { readonly kind: "unloadable"; readonly failure: Failure }
  | { readonly kind: "done"; readonly invocationId: string; readonly response: InvocationResponse }
  | { readonly kind: "failed"; readonly invocationId: string; readonly failure: Failure };

/** As it travels: `mark` is the message's number, which both output streams carry too (see output.ts). */
export type MarkedFromWorker = FromWorker & { readonly mark: number };

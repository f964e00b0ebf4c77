/**
 * Our own `@azure/functions-core`: the module that the real worker makes up for `@azure/functions` to talk to. The
 * surface is what 4.16.5 of the library uses; the behaviour follows Azure/azure-functions-nodejs-worker (read, not copied):
 * registration only during start-up, ids unique, log hooks may change user logs and cannot fail a log call.
 */

import Module from "node:module";
import type { Binding, RegisteredFunction } from "./rpc.ts";

const MODULE = "@azure/functions-core";
const HOOKS = ["preInvocation", "postInvocation", "appStart", "appTerminate", "log"] as const;

export type Hook = (typeof HOOKS)[number];
export type Callback = (...args: unknown[]) => unknown;
type Data = Record<string, unknown>;

/** What the library passes to `registerFunction`. */
export interface CoreMetadata {
  readonly name: string;
  readonly functionId?: string;
  readonly bindings: Readonly<Record<string, Readonly<Omit<Binding, "name">>>>;
  readonly retryOptions?: unknown;
}

/** What the library passes to `setProgrammingModel`. */
export interface ProgrammingModel {
  getCapabilities(own: Record<string, string>): Promise<Record<string, string>>;
  getInvocationModel(context: object): InvocationModel | Promise<InvocationModel>;
}

export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: Callback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<Data>;
}

export interface Core {
  /** What the app registered, by function name. */
  readonly functions: ReadonlyMap<string, { readonly metadata: CoreMetadata & { readonly functionId: string }; readonly callback: Callback }>;
  /** Data that hooks share: for all hooks, and for the app hooks alone. */
  readonly appHookData: Data;
  readonly appOnlyHookData: Data;
  /** The library's model; undefined while the app has not touched the library. */
  model(): ProgrammingModel | undefined;
  runHooks(hook: Hook, context: object): Promise<void>;
  log(level: string, category: string, message: string): void;
  /** Ends start-up: from here nothing can be registered or taken back. */
  lock(): void;
}

/** Makes `require("@azure/functions-core")` answer with our module, for every CommonJS module from now on. `write` gets each log line. */
export function installCore(write: (line: string) => void): Core {
  const functions: Map<string, { metadata: CoreMetadata & { functionId: string }; callback: Callback }> = new Map();
  const hooks = new Map<string, Callback[]>(HOOKS.map((name) => [name, []]));
  let model: ProgrammingModel | undefined;
  let locked = false;

  const registerFunction = (metadata: CoreMetadata, callback: Callback) => {
    if (locked) throw systemError(new Error("A function can only be registered during app startup."));
    const functionId = metadata.functionId ?? metadata.name;
    if (functions.has(metadata.name)) throw systemError(new Error(`A function with id "${functionId}" has already been registered.`));
    functions.set(metadata.name, { metadata: { ...metadata, functionId }, callback });
    return disposable(() => {
      if (locked) throw systemError(new Error("A function can only be disposed during app startup."));
      functions.delete(metadata.name);
    });
  };
  const registerHook = (name: string, callback: Callback) => {
    const callbacks = hooks.get(name);
    if (callbacks === undefined) throw systemError(new RangeError(`Unrecognized hook "${name}"`));
    callbacks.push(callback);
    return disposable(() => {
      const at = callbacks.indexOf(callback);
      if (at >= 0) callbacks.splice(at, 1);
    });
  };
  const log = (level: string, category: string, message: string) => {
    const context = { level, category, message };
    try {
      for (const callback of hooks.get("log") ?? []) callback(context);
    } catch (error) {
      write(`[system error] a log hook threw: ${String(error)}`);
    }
    const said = category === "user" ? context : { level, message };
    write(`[${category} ${said.level}] ${said.message}`);
  };

  answerRequire({
    version: "0.0.0-isobar",
    hostVersion: "4.0.0-isobar",
    registerFunction,
    registerHook,
    setProgrammingModel: (given: ProgrammingModel) => {
      model = given;
    },
    getProgrammingModel: () => model,
    log,
  });

  return {
    functions,
    appHookData: {},
    appOnlyHookData: {},
    model: () => model,
    log,
    lock: () => {
      locked = true;
    },
    runHooks: async (hook, context) => {
      for (const callback of hooks.get(hook) ?? []) await callback(context);
    },
  };
}

/** The registered functions as the host reads them: `rawBindings` are JSON, so nothing that JSON drops is in them. */
export function registeredFunctions(core: Core): readonly RegisteredFunction[] {
  return [...core.functions.values()].map(({ metadata }) => {
    const bindings = Object.entries(metadata.bindings).map(([name, binding]) => ({ ...binding, name }));
    return JSON.parse(JSON.stringify({ name: metadata.name, functionId: metadata.functionId, bindings, retryOptions: metadata.retryOptions })) as RegisteredFunction;
  });
}

/** The worker's interception point: the only one that reaches the library's own `require`, in CommonJS and ES module apps alike. */
function answerRequire(core: object): void {
  const original = Module.prototype.require;
  Module.prototype.require = function (this: NodeJS.Module, id: string): unknown {
    return id === MODULE ? core : Reflect.apply(original, this, [id]);
  };
}

/** The library tells the worker's own errors by this flag. */
function systemError<E extends Error>(error: E): E {
  return Object.assign(error, { isAzureFunctionsSystemError: true });
}

function disposable(dispose: () => void): { dispose(): void } {
  let done = false;
  return {
    dispose: () => {
      if (done) return;
      done = true;
      dispose();
    },
  };
}

/** What an attribute behind a resource's address is, and what an expression has in it. */
import type { Json } from "../json.ts";
import { parsed, type Configuration } from "./configuration.ts";
import type { Expression, Step } from "./expressions.ts";
import type { AttributeType, Block, NestedBlock } from "./schema.ts";

/** What has been reached: a block, blocks, a value; or why nothing was. */
type Reached = { readonly block: Block; readonly of: string } | { readonly blocks: NestedBlock } | { readonly type: AttributeType } | { readonly fault: string };

function step(at: Reached, next: Step): Reached {
  if ("fault" in at) return at;
  if ("block" in at) {
    if (next.is !== "attribute") return { fault: `${at.of} is one block and has no items` };
    const attribute = at.block.attributes.find(({ name }) => name === next.name);
    if (attribute !== undefined) return { type: attribute.type };
    const blocks = at.block.blocks.find(({ name }) => name === next.name);
    if (blocks === undefined) return { fault: `${at.of} has no attribute ${next.name}` };
    return blocks.nesting === "single" ? { block: blocks.block, of: blocks.name } : { blocks };
  }
  if ("blocks" in at) {
    const { name, nesting, block } = at.blocks;
    if (next.is === "attribute") return { fault: `${name} is a ${nesting} of blocks: ${nesting === "list" ? "[0]" : "one(…)"} is missing before ${next.name}` };
    if (next.is === "index" && nesting === "set") return { fault: `${name} is a set of blocks, which have no order` };
    return { block, of: name };
  }
  const { type } = at;
  if (type === "dynamic") return at;
  if (typeof type === "string") return { fault: `a ${type === "bool" ? "boolean" : type} has nothing in it` };
  const [kind, of] = type;
  if (kind === "object") return next.is === "attribute" ? (of[next.name] === undefined ? { fault: `there is no member ${next.name}` } : { type: of[next.name]! }) : { fault: "an object has no items" };
  if (kind === "map") return { type: of };
  if (kind === "set" && next.is !== "splat") return { fault: "a set has no order" };
  return next.is === "attribute" ? { fault: `a ${kind} has items, no ${next.name}` } : { type: of };
}
/** From a resource on, its address passed; `splat` gives lists, whose items go on as one. */
export function reach(schema: Block, of: string, steps: readonly Step[]): Reached {
  const reached = steps.reduce(step, { block: schema, of } as Reached);
  return !("fault" in reached) && steps.some((each) => each.is === "splat") && "type" in reached ? { type: ["list", reached.type] } : reached;
}
const byName: Readonly<Record<string, AttributeType>> = { string: "string", number: "number", bool: "bool" };
/** https://developer.hashicorp.com/terraform/language/functions */
const results: readonly (readonly [AttributeType, readonly string[]])[] = [
  ["string", ["base64encode", "base64sha256", "filemd5", "filesha256", "filebase64sha256", "format", "join", "jsonencode", "lower", "replace", "sha1", "sha256", "substr", "title", "tostring", "trim", "trimprefix", "trimspace", "trimsuffix", "upper", "urlencode"]],
  ["number", ["abs", "ceil", "floor", "length", "max", "min", "parseint", "pow", "sum", "tonumber"]],
  ["bool", ["alltrue", "anytrue", "can", "contains", "endswith", "fileexists", "startswith", "tobool"]],
  [["list", "dynamic"], ["chunklist", "compact", "concat", "distinct", "flatten", "keys", "range", "reverse", "slice", "sort", "split", "tolist", "values"]],
  [["map", "dynamic"], ["merge", "tomap", "zipmap"]],
];

/** The value of `local.x`, where that is all there is of it and it is no expression of its own. */
export function localOf(expression: Expression, { locals }: Configuration): Json | undefined {
  const [first, ...more] = expression.is === "traversal" && expression.root === "local" ? expression.steps : [];
  const value = first?.is === "attribute" && more.length === 0 ? locals[first.name] : undefined;
  return value === null || (typeof value === "string" && parsed(value)?.is !== "literal" && parsed(value)?.is !== "template") ? undefined : value;
}
/** The type of what an expression gives; `undefined` where the configuration does not tell. */
export function typeOf(expression: Expression, configuration: Configuration): AttributeType | undefined {
  const { resources, variables } = configuration;
  if (expression.is === "literal") return expression.value === null ? undefined : ({ string: "string", number: "number", boolean: "bool" } as const)[typeof expression.value as "string" | "number" | "boolean"];
  if (expression.is === "call") return results.find(([, names]) => names.includes(expression.name))?.[0];
  if (expression.is !== "traversal") return undefined;
  const [first] = expression.steps;
  if (expression.root === "var" && first?.is === "attribute") return byName[String((variables[first.name] as { readonly type?: unknown } | undefined)?.type)];
  const local = localOf(expression, configuration);
  if (local !== undefined) return typeof local === "string" ? "string" : typeof local === "number" ? "number" : typeof local === "boolean" ? "bool" : Array.isArray(local) ? ["list", "dynamic"] : ["map", "dynamic"];
  const { resource, rest } = addressed(expression, resources);
  if (resource?.schema === undefined || resource.many) return undefined;
  const reached = reach(resource.schema, resource.type, rest);
  return "type" in reached ? reached.type : "blocks" in reached ? ["list", "dynamic"] : undefined;
}
/** The resource that a traversal begins with, and what comes behind its address. */
export function addressed({ root, steps }: Extract<Expression, { readonly is: "traversal" }>, resources: Configuration["resources"]) {
  const names = [root, ...steps.map((each) => (each.is === "attribute" ? each.name : "")).slice(0, 2)];
  const address = names.slice(0, root === "data" ? 3 : 2).join(".");
  return { address, resource: resources.get(address), rest: steps.slice(root === "data" ? 2 : 1) };
}
/** Everything in it and itself, with the names that expressions around it have given. */
export function* within(expression: Expression, own: readonly string[] = []): Generator<readonly [Expression, readonly string[]]> {
  yield [expression, own];
  const inSteps = (steps: readonly Step[]) => steps.flatMap((step) => (step.is === "index" ? [step.at] : []));
  const parts = expression.is === "template" ? expression.parts.filter((part) => typeof part !== "string") : expression.is === "traversal" ? inSteps(expression.steps) : expression.is === "of" ? [expression.value, ...inSteps(expression.steps)] : expression.is === "call" ? expression.args : expression.is === "made" ? expression.from : [];
  for (const part of parts) yield* within(part, expression.is === "made" ? [...own, ...(expression.own ?? [])] : own);
}

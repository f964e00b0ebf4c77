/** What a configuration's expressions name, and who waits for whom. */
import { circles } from "../graph.ts";
import { below, isList, objectOf, spell, walk, type Json } from "../json.ts";
import { parsed, type Configuration, type TfResource } from "./configuration.ts";
import { parseReference, parseTemplate, type Expression, type Step } from "./expressions.ts";
import type { AttributeType } from "./schema.ts";
import { addressed, reach, typeOf, within } from "./traversal.ts";

/** Terraform 1.11.4, `terraform metadata functions`. */
const functions: ReadonlySet<string> = new Set(
  `abs abspath alltrue anytrue base64decode base64encode base64gzip base64sha256 base64sha512 basename bcrypt can ceil chomp chunklist cidrhost cidrnetmask cidrsubnet cidrsubnets coalesce coalescelist compact concat
  contains csvdecode dirname distinct element endswith ephemeralasnull file filebase64 filebase64sha256 filebase64sha512 fileexists filemd5 fileset filesha1 filesha256 filesha512 flatten floor format formatdate formatlist
  indent index issensitive join jsondecode jsonencode keys length log lookup lower matchkeys max md5 merge min nonsensitive one parseint pathexpand plantimestamp pow range regex regexall replace reverse rsadecrypt sensitive
  setintersection setproduct setsubtract setunion sha1 sha256 sha512 signum slice sort split startswith strcontains strrev substr sum templatefile templatestring textdecodebase64 textencodebase64 timeadd timecmp timestamp
  title tobool tolist tomap tonumber toset tostring transpose trim trimprefix trimspace trimsuffix try upper urlencode uuid uuidv5 values yamldecode yamlencode zipmap`.split(/\s+/),
);
/** These are other ones at every plan: a file that has them is never done. */
const neverTheSame: ReadonlySet<string> = new Set(["bcrypt", "plantimestamp", "timestamp", "uuid"]);
const nameOf = (step: Step | undefined): string | undefined => (step?.is === "attribute" ? step.name : undefined);

const isCollection = (type: AttributeType | undefined): boolean => type !== undefined && typeof type !== "string";

type Traversal = Extract<Expression, { readonly is: "traversal" }>;
/** Roots that are neither a resource nor a name of an expression's own. */
function rootFaults({ root, steps }: Traversal, resource: TfResource | undefined, { variables, locals }: Configuration): readonly string[] | undefined {
  const name = nameOf(steps[0]);
  if (root === "var") return name !== undefined && name in variables ? [] : [`there is no variable ${name ?? ""}`];
  if (root === "local") return name !== undefined && name in locals ? [] : [`there is no local ${name ?? ""}`];
  if (root === "path") return ["module", "root", "cwd"].includes(name ?? "") ? [] : [`there is no path.${name ?? ""}`];
  if (root === "terraform") return name === "workspace" ? [] : [`there is no terraform.${name ?? ""}`];
  if (root === "each") return resource !== undefined && "for_each" in resource.body ? [] : ["each is for resources with for_each"];
  if (root === "count") return resource !== undefined && "count" in resource.body ? [] : ["count is for resources with count"];
  return undefined;
}
function traversalFaults(expression: Traversal, resource: TfResource | undefined, configuration: Configuration): readonly string[] {
  const known = rootFaults(expression, resource, configuration);
  if (known !== undefined) return known;
  const { address, resource: target, rest } = addressed(expression, configuration.resources);
  if (target === undefined) return [expression.steps.length === 0 ? `there is no ${expression.root}` : `there is no resource ${address}`];
  const isItem = rest[0]?.is === "index" || rest[0]?.is === "splat";
  if (target.many && rest.length > 0 && !isItem) return [`${address} are many: an index is missing behind it`];
  if (!target.many && isItem) return [`${address} is one and has no items`];
  if (target.schema === undefined) return [];
  const reached = reach(target.schema, address, target.many ? rest.slice(1) : rest);
  return "fault" in reached ? [reached.fault] : [];
}
function expressionFaults(read: () => Expression, text: string, path: string, resource: TfResource | undefined, configuration: Configuration): readonly string[] {
  let expression: Expression;
  try {
    expression = read();
  } catch (error) {
    if (error instanceof SyntaxError) return [`${path}: ${spell(text)} ${error.message}`];
    throw error;
  }
  return [...within(expression)].flatMap(([each, own]) => {
    if (each.is === "template") return each.parts.flatMap((part) => (typeof part !== "string" && isCollection(typeOf(part, configuration)) ? [`${path}: ${spell(text)} puts a collection into a text`] : []));
    if (each.is === "traversal") return own.includes(each.root) ? [] : traversalFaults(each, resource, configuration).map((fault) => `${path}: ${fault}`);
    if (each.is !== "call") return [];
    return functions.has(each.name.replace(/^core::/, "")) ? (neverTheSame.has(each.name) ? [`${path}: ${each.name} gives something else every time`] : []) : [`${path}: there is no function ${each.name}`];
  });
}
/** Every string is a template, save for those that are references by themselves. */
const isBare = (path: string): boolean => /(?:\.depends_on|\.replace_triggered_by)\[\d+\]$|\.provider$/.test(path);
const isOwnName = (path: string): boolean => /\.ignore_changes(?:\[\d+\])?$/.test(path);
const faultsIn = (value: Json, path: string, resource: TfResource | undefined, configuration: Configuration): readonly string[] =>
  [...walk(value, path)].flatMap(([at, each]) => {
    if (typeof each !== "string" || at.endsWith(".//") || isOwnName(at) || at.endsWith(".provider")) return [];
    return expressionFaults(() => (isBare(at) ? parseReference(each) : parseTemplate(each)), each, at, resource, configuration);
  });

/** Addresses, `local.x` among them, that a value names. */
function namedIn(value: Json, path: string, { resources }: Configuration): readonly string[] {
  return [...walk(value, path)].flatMap(([at, each]) => {
    const expression = parsed(each, isBare(at));
    return expression === undefined ? [] : [...within(expression)].flatMap(([part]) => (part.is !== "traversal" ? [] : part.root === "local" ? [`local.${nameOf(part.steps[0]) ?? ""}`] : [addressed(part, resources).address]));
  });
}

export function referenceFaults(configuration: Configuration): readonly string[] {
  const { body, resources, locals, variables } = configuration;
  const graph = new Map([
    ...[...resources.values()].map((each) => [each.address, namedIn(each.body, each.path, configuration)] as const),
    ...Object.entries(locals).map(([name, value]) => [`local.${name}`, namedIn(value, `locals.${name}`, configuration)] as const),
  ]);
  const defaults = Object.entries(variables).flatMap(([name, each]) => [...walk(objectOf(each)["default"] ?? null, `variable.${name}.default`)]);
  return [
    ...[...resources.values()].flatMap((each) => faultsIn(each.body, each.path, each, configuration)),
    ...(["locals", "output", "provider"] as const).flatMap((section) => faultsIn(body[section] ?? null, section, undefined, configuration)),
    ...defaults.filter(([, each]) => typeof each === "string" && parsed(each)?.is !== "literal").map(([at]) => `${at}: a default is a constant`),
    ...[...resources.values()].flatMap(({ path, body: { depends_on: on } }) => (on === undefined || (isList(on) && on.every((each) => typeof each === "string")) ? [] : [`${below(path, "depends_on")}: is no list of addresses`])),
    ...circles(graph).map((circle) => `${circle.join(" → ")} wait for each other`),
  ];
}

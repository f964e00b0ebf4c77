/** Where an export stands in its source, by line. */
import { parseAst } from "rolldown/parseAst";

type Statement = ReturnType<typeof parseAst>["body"][number];
interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}
const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && typeof (value as Partial<Node>).type === "string";
const childrenOf = (node: Node): readonly Node[] => Object.values(node).flatMap((value) => (Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : []));
/** The nearest to the root. */
function within(root: Node, is: (node: Node) => boolean): Node | undefined {
  for (let level: readonly Node[] = [root]; level.length > 0; level = level.flatMap(childrenOf)) {
    const found = level.find(is);
    if (found !== undefined) return found;
  }
  return undefined;
}
const nameOf = (node: unknown): string | undefined => {
  const { name, value } = (node ?? {}) as { readonly name?: unknown; readonly value?: unknown };
  return typeof name === "string" ? name : typeof value === "string" ? value : undefined;
};

/** What a statement declares under a name: the place of the name, and for a variable what it is. */
function declared(statement: Node | null | undefined, name: string): { readonly at: number; readonly is?: Node } | undefined {
  if (statement?.type === "VariableDeclaration") {
    for (const each of statement.declarations as readonly Node[]) {
      const found = within(each.id as Node, ({ type, name: own }) => type === "Identifier" && own === name);
      if (found !== undefined) return { at: found.start, ...(isNode(each.init) ? { is: each.init } : {}) };
    }
    return undefined;
  }
  // A type may have the name of a value.
  if (statement?.type === "TSTypeAliasDeclaration" || statement?.type === "TSInterfaceDeclaration") return undefined;
  const id = statement?.id as Node | undefined;
  return isNode(id) && id.name === name ? { at: id.start } : undefined;
}
const declarationsIn = (body: readonly Node[]): readonly Node[] => body.flatMap((each) => (each.type === "ExportNamedDeclaration" ? (isNode(each.declaration) ? [each.declaration] : []) : [each]));
const local = (body: readonly Node[], name: string | undefined) => (name === undefined ? undefined : declarationsIn(body).map((each) => declared(each, name)).find((each) => each !== undefined));

/** A member of the app's literal, wherever the literal stands. */
function member(body: readonly Node[], root: Node, name: string): number | undefined {
  const value = root.type === "Identifier" ? local(body, nameOf(root))?.is : root;
  const property = value === undefined ? undefined : within(value, ({ type, key, computed }) => type === "Property" && computed !== true && nameOf(key) === name);
  if (property === undefined) return undefined;
  return (property.shorthand === true ? local(body, name)?.at : undefined) ?? property.start;
}

function offsetOf(body: readonly Node[], exported: string): number | undefined {
  const [first, ...path] = exported.split(".");
  for (const statement of body) {
    if (statement.type === "ExportDefaultDeclaration" && first === "default") {
      const value = statement.declaration as Node;
      if (path.length > 0) return member(body, value, path.at(-1)!) ?? statement.start;
      return (value.type === "Identifier" ? local(body, nameOf(value))?.at : undefined) ?? statement.start;
    }
    if (statement.type !== "ExportNamedDeclaration") continue;
    const own = declared(statement.declaration as Node | null, first!);
    if (own !== undefined) return own.at;
    const specifier = (statement.specifiers as readonly Node[]).find((each) => nameOf(each.exported) === first);
    if (specifier !== undefined) return (statement.source === null ? local(body, nameOf(specifier.local))?.at : undefined) ?? specifier.start;
  }
  return undefined;
}

/**
 * In: a module's source, and its file for its extension. Out: for the name of an export, or "default.functions.x" for a member of an app's literal, the line, from 1, at which it is declared; `undefined` where
 * the module does not say, as with `export *`. Throws for what cannot be parsed.
 */
export function linesOf(text: string, file: string): (exported: string) => number | undefined {
  const body: readonly Statement[] = parseAst(text, { lang: /\.[cm]?ts$/.test(file) ? "ts" : "tsx" }, file).body;
  return (exported) => {
    const offset = offsetOf(body as readonly object[] as readonly Node[], exported);
    return offset === undefined ? undefined : text.slice(0, offset).split("\n").length;
  };
}

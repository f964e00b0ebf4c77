/** Expressions of Terraform, as JSON has them: strings are templates. https://developer.hashicorp.com/terraform/language/syntax/json · https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md */

export type Step = { readonly is: "attribute"; readonly name: string } | { readonly is: "index"; readonly at: Expression } | { readonly is: "splat" };
export type Expression =
  | { readonly is: "literal"; readonly value: string | number | boolean | null }
  /** A string with expressions in it. */
  | { readonly is: "template"; readonly parts: readonly (string | Expression)[] }
  /** `google_pubsub_topic.orders.id`, `var.stage`. */
  | { readonly is: "traversal"; readonly root: string; readonly steps: readonly Step[] }
  | { readonly is: "of"; readonly value: Expression; readonly steps: readonly Step[] }
  | { readonly is: "call"; readonly name: string; readonly args: readonly Expression[] }
  /** Anything that is made of others: operators, lists, objects. `own` are names that it gives itself. */
  | { readonly is: "made"; readonly from: readonly Expression[]; readonly own?: readonly string[] };

interface Token {
  readonly kind: "name" | "number" | "template" | "mark";
  readonly text: string;
  readonly template?: Expression;
}
const spellToken = (token: Token | undefined): string => (token === undefined ? "its end" : JSON.stringify(token.text));
const operators = ["==", "!=", "<=", ">=", "&&", "||", "=>", "...", "+", "-", "*", "/", "%", "<", ">", "!", "?", ":", "=", ",", ".", "(", ")", "[", "]", "{", "}"];
const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

/** Reads a template up to `end`, a quote or the end of the text; gives where it stopped. */
function readTemplate(text: string, start: number, end: '"' | undefined): { readonly template: Expression; readonly next: number } {
  const parts: (string | Expression)[] = [];
  let plain = "";
  let i = start;
  while (i < text.length && text[i] !== end) {
    if (/^[$%]{2}\{/.test(text.slice(i, i + 3))) {
      plain += text.slice(i + 1, i + 3);
      i += 3;
    } else if (text.startsWith("${", i)) {
      const { expression, next } = readInterpolation(text, i + 2);
      if (plain !== "") parts.push(plain);
      plain = "";
      parts.push(expression);
      i = next;
    } else if (text.startsWith("%{", i)) {
      throw new SyntaxError("has a directive, which is not generated and not read here");
    } else if (end !== undefined && text[i] === "\\") {
      const escaped = escapes[text[i + 1] ?? ""];
      if (escaped === undefined) throw new SyntaxError(`has an escape that is none, \\${text[i + 1] ?? ""}`);
      plain += escaped;
      i += 2;
    } else plain += text[i++];
  }
  if (end !== undefined && text[i] !== end) throw new SyntaxError("has a quote that is not closed");
  if (plain !== "") parts.push(plain);
  const template: Expression = parts.every((part) => typeof part === "string") ? { is: "literal", value: parts.join("") } : { is: "template", parts };
  return { template, next: i };
}
/** From after `${` to after its `}`. */
function readInterpolation(text: string, start: number): { readonly expression: Expression; readonly next: number } {
  const tokens: Token[] = [];
  let depth = 0;
  let i = text[start] === "~" ? start + 1 : start;
  for (;;) {
    while (/\s/.test(text[i] ?? "")) i++;
    if (i >= text.length) throw new SyntaxError("has an interpolation that is not closed");
    if (text.startsWith("~}", i) && depth === 0) i++;
    if (text[i] === "}" && depth === 0) break;
    const { token, next } = readToken(text, i);
    if (token.text === "{") depth++;
    if (token.text === "}") depth--;
    tokens.push(token);
    i = next;
  }
  return { expression: parseTokens(tokens), next: i + 1 };
}
function readToken(text: string, i: number): { readonly token: Token; readonly next: number } {
  const [name] = /^[A-Za-z_][\w-]*(?:::[A-Za-z_][\w-]*)*/.exec(text.slice(i)) ?? [];
  if (name !== undefined) return { token: { kind: "name", text: name }, next: i + name.length };
  const [number] = /^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(text.slice(i)) ?? [];
  if (number !== undefined) return { token: { kind: "number", text: number }, next: i + number.length };
  if (text[i] === '"') {
    const { template, next } = readTemplate(text, i + 1, '"');
    return { token: { kind: "template", text: text.slice(i, next + 1), template }, next: next + 1 };
  }
  const mark = operators.find((each) => text.startsWith(each, i));
  if (mark === undefined) throw new SyntaxError(`cannot be read from ${JSON.stringify(text.slice(i, i + 20))} on`);
  return { token: { kind: "mark", text: mark }, next: i + mark.length };
}
const binary = new Set(["==", "!=", "<=", ">=", "<", ">", "&&", "||", "+", "-", "*", "/", "%"]);

function parseTokens(tokens: readonly Token[]): Expression {
  let next = 0;
  const isNext = (mark: string): boolean => tokens[next]?.kind === "mark" && tokens[next]?.text === mark;
  const isWord = (word: string): boolean => tokens[next]?.kind === "name" && tokens[next]?.text === word;
  const skip = (mark: string): boolean => isNext(mark) && ++next > 0;
  function take(mark: string): void {
    if (!skip(mark)) throw new SyntaxError(`has ${spellToken(tokens[next])} where ${JSON.stringify(mark)} is due`);
  }
  function takeName(): string {
    const found = tokens[next++];
    if (found?.kind !== "name") throw new SyntaxError(`has ${spellToken(found)} where a name is due`);
    return found.text;
  }
  /** Conditions bind least; how tightly the others do is nothing to who only asks what they name. */
  function expression(): Expression {
    const from = [unary()];
    while (tokens[next]?.kind === "mark" && binary.has(tokens[next]!.text)) {
      next++;
      from.push(unary());
    }
    const value: Expression = from.length === 1 ? from[0]! : { is: "made", from };
    if (!skip("?")) return value;
    const yes = expression();
    take(":");
    return { is: "made", from: [value, yes, expression()] };
  }
  const unary = (): Expression => (skip("!") || skip("-") ? { is: "made", from: [unary()] } : withSteps(primary()));
  function withSteps(value: Expression): Expression {
    const steps: Step[] = [];
    for (;;) {
      if (isNext("[") && tokens[next + 1]?.text === "*") {
        next += 2;
        take("]");
        steps.push({ is: "splat" });
      } else if (skip("[")) {
        steps.push({ is: "index", at: expression() });
        take("]");
      } else if (skip(".")) {
        if (skip("*")) steps.push({ is: "splat" });
        else if (tokens[next]?.kind === "number") steps.push({ is: "index", at: { is: "literal", value: Number(tokens[next++]!.text) } });
        else steps.push({ is: "attribute", name: takeName() });
      } else break;
    }
    if (value.is === "traversal") return { ...value, steps };
    return steps.length === 0 ? value : { is: "of", value, steps };
  }
  function list(close: string): readonly Expression[] {
    const items: Expression[] = [];
    while (!skip(close)) {
      items.push(expression());
      skip("...");
      if (!isNext(close)) take(",");
    }
    return items;
  }
  function forIn(close: string): Expression {
    const own = [takeName()];
    if (skip(",")) own.push(takeName());
    if (takeName() !== "in") throw new SyntaxError("has a for without in");
    const from = [expression()];
    take(":");
    from.push(expression());
    if (skip("=>")) from.push(expression());
    skip("...");
    if (isWord("if") && ++next > 0) from.push(expression());
    take(close);
    return { is: "made", from, own };
  }
  function object(): Expression {
    const from: Expression[] = [];
    while (!skip("}")) {
      // A bare key is its own text, a key in brackets an expression.
      if (tokens[next]?.kind === "name" && ["=", ":"].includes(tokens[next + 1]?.text ?? "")) next++;
      else from.push(expression());
      if (!skip("=")) take(":");
      from.push(expression());
      if (!isNext("}")) skip(",");
    }
    return { is: "made", from };
  }
  function primary(): Expression {
    const found = tokens[next++];
    if (found?.kind === "number") return { is: "literal", value: Number(found.text) };
    if (found?.kind === "template") return found.template!;
    if (found?.kind === "name") {
      if (["true", "false", "null"].includes(found.text)) return { is: "literal", value: found.text === "null" ? null : found.text === "true" };
      return skip("(") ? { is: "call", name: found.text, args: list(")") } : { is: "traversal", root: found.text, steps: [] };
    }
    if (found?.text === "(") {
      const value = expression();
      take(")");
      // What comes behind the bracket is of the whole, not of the last step in it.
      return { is: "made", from: [value] };
    }
    if (found?.text === "[" || found?.text === "{") {
      const close = found.text === "[" ? "]" : "}";
      if (isWord("for") && ++next > 0) return forIn(close);
      return close === "]" ? { is: "made", from: list("]") } : object();
    }
    throw new SyntaxError(`has ${spellToken(found)} where a value is due`);
  }
  const parsed = expression();
  if (next < tokens.length) throw new SyntaxError(`goes on with ${spellToken(tokens[next])} after its end`);
  return parsed;
}
/** A string of a manifest. One that is a single interpolation is what that gives. Throws a SyntaxError that says what is wrong. */
export function parseTemplate(text: string): Expression {
  const { template } = readTemplate(text, 0, undefined);
  return template.is === "template" && template.parts.length === 1 ? (template.parts[0] as Expression) : template;
}
/** A reference that stands bare, as in `depends_on`. */
export const parseReference = (text: string): Expression => readInterpolation(`${text}}`, 0).expression;

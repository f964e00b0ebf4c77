/** Template expressions of Azure Resource Manager: `[concat(variables('prefix'), '-charge')]`. https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions */

export type Expression =
  | { readonly is: "string"; readonly text: string }
  | { readonly is: "number"; readonly value: number }
  | { readonly is: "call"; readonly name: string; readonly args: readonly Expression[] }
  | { readonly is: "member"; readonly of: Expression; readonly name: string }
  | { readonly is: "item"; readonly of: Expression; readonly index: Expression };

/** https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions; `list…` are more, by resource provider. Names are the same in any case. */
const functions: ReadonlySet<string> = new Set(
  `array concat contains createArray empty first indexFromEnd indexOf intersection last lastIndexOf length max min range skip take tryGet tryIndexFromEnd union
  parseCidr cidrSubnet cidrHost coalesce equals less lessOrEquals greater greaterOrEquals dateTimeAdd dateTimeFromEpoch dateTimeToEpoch utcNow deployer deployment environment parameters variables
  filter groupBy map mapValues reduce sort toObject lambda lambdaVariables and bool false if not or true add copyIndex div float int mod mul sub createObject items json null objectKeys shallowMerge
  extensionResourceId pickZones providers reference references resourceId subscriptionResourceId managementGroupResourceId tenantResourceId managementGroup resourceGroup subscription tenant
  base64 base64ToJson base64ToString dataUri dataUriToString endsWith format guid join newGuid padLeft replace split startsWith string substring toLower toUpper trim uniqueString uri uriComponent uriComponentToString`.toLowerCase().split(/\s+/),
);
export const isFunction = (name: string): boolean => functions.has(name.toLowerCase()) || /^list[A-Z]/.test(name);

/** The text between the brackets; `undefined` where a string is data. A string that begins with `[[` is data that begins with `[`. */
export const expressionIn = (text: string): string | undefined => (text.startsWith("[") && !text.startsWith("[[") ? text : undefined);

type Token = { readonly kind: "name" | "string" | "number" | "mark"; readonly text: string };
const token = /\s*(?:('(?:[^']|'')*')|(-?\d+(?:\.\d+)?)|([A-Za-z_$][\w$]*)|([()[\],.]))/y;
function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.trimEnd().length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (match === null) throw new SyntaxError(`cannot be read from ${JSON.stringify(text.slice(at, at + 20))} on`);
    const [, quoted, number, name, mark] = match;
    tokens.push(quoted !== undefined ? { kind: "string", text: quoted.slice(1, -1).replaceAll("''", "'") } : number !== undefined ? { kind: "number", text: number } : name !== undefined ? { kind: "name", text: name } : { kind: "mark", text: mark! });
  }
  return tokens;
}
/** The expression of a string that is one, brackets and all. Throws a SyntaxError that says where it ends to be one. */
export function parseExpression(text: string): Expression {
  const tokens = tokensOf(text);
  let next = 0;
  const spell = (at: Token | undefined): string => (at === undefined ? "its end" : JSON.stringify(at.text));
  const take = (mark: string): void => {
    const found = tokens[next++];
    if (found?.kind !== "mark" || found.text !== mark) throw new SyntaxError(`has ${spell(found)} where ${JSON.stringify(mark)} is due`);
  };
  const isNext = (mark: string): boolean => tokens[next]?.kind === "mark" && tokens[next]?.text === mark;
  function primary(): Expression {
    const found = tokens[next++];
    if (found?.kind === "string") return { is: "string", text: found.text };
    if (found?.kind === "number") return { is: "number", value: Number(found.text) };
    if (found?.kind !== "name") throw new SyntaxError(`has ${spell(found)} where a value is due`);
    take("(");
    const args: Expression[] = [];
    if (!isNext(")")) {
      args.push(value());
      while (isNext(",")) {
        next++;
        args.push(value());
      }
    }
    take(")");
    return { is: "call", name: found.text, args };
  }
  function value(): Expression {
    let found = primary();
    while (isNext(".") || isNext("[")) {
      if (tokens[next++]!.text === ".") {
        const name = tokens[next++];
        if (name?.kind !== "name") throw new SyntaxError(`has ${spell(name)} where a member's name is due`);
        found = { is: "member", of: found, name: name.text };
      } else {
        found = { is: "item", of: found, index: value() };
        take("]");
      }
    }
    return found;
  }
  take("[");
  const parsed = value();
  take("]");
  if (next < tokens.length) throw new SyntaxError(`goes on with ${spell(tokens[next])} after its end`);
  return parsed;
}
/** It and everything in it, outside in. */
export function* within(expression: Expression): Generator<Expression> {
  yield expression;
  if (expression.is === "call") for (const each of expression.args) yield* within(each);
  if (expression.is === "member" || expression.is === "item") yield* within(expression.of);
  if (expression.is === "item") yield* within(expression.index);
}

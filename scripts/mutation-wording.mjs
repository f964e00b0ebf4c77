// What mutation testing leaves alone: the words of errors and log lines. People read them; code and tests act on the code, which is mutated.
const tellers = /^(?:wrong|wrongEnvelope|unreadable|unreadableBody|misfit|refused|debug|info|warn|error)$/;
// Nodes and paths are Babel's.
const nameOf = (callee) => (callee?.type === "Identifier" ? callee.name : callee?.type === "MemberExpression" && callee.property.type === "Identifier" ? callee.property.name : "");

export const strykerPlugins = [
  {
    kind: "Ignore",
    name: "wording",
    value: {
      shouldIgnore(path) {
        if (!path.isStringLiteral() && !path.isTemplateLiteral()) return undefined;
        const call = path.findParent((each) => each.isNewExpression() || each.isCallExpression());
        if (!call?.isNewExpression() && !call?.isCallExpression()) return undefined;
        const name = nameOf(call.node.callee);
        const isCode = name === "IsobarError" && path.node === call.node.arguments[0];
        return !isCode && (call.isNewExpression() ? /Error$|^InvalidInput$/.test(name) : tellers.test(name)) ? "wording" : undefined;
      },
    },
  },
];

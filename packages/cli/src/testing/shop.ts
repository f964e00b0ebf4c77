/** A shop of two routes, on clouds whose adapters plan, bundle and compose by a few rules of their own, as files of one test's folder. */

/** Its manifest is one file; `package.json` lies beside each unit, `kit` is installed there where the settings say so. */
const adapter = (cloud: string) => `
const functionsOf = ({ app, settings }) => Object.entries(app.functions).map(([name, { source }]) => ({ name, path: source.path, ...settings.functions?.[name] }));
export const adapter = {
  cloud: "${cloud}",
  faults: () => [],
  triggers: { http: { variant: () => "front", assess: ({ settings: { weak } }) => Object.fromEntries(["access", "streaming", "timeout", "isolation"].map((each) => [each, each === weak ? { verdict: "approximated", why: "it is far away", nearest: "nothing", by: [] } : { verdict: "exact", by: [] }])), render: () => ({ maker: "http", resources: {}, grants: [] }) } },
  units: ({ app }) => Object.keys(app.functions).map((name) => ({ name, kind: "http", functions: [name] })),
  entry: ({ settings }, { functions: [name] }, locate) => ({ file: "index.mjs", format: "esm", external: settings.installed ?? [], installed: settings.installed ?? [], text: \`export { \${locate(name).export} as handler } from "\${locate(name).module}";\\n\` }),
  compose: (target, plan, { origin }) => {
    if (target.settings.refuses) throw Object.assign(new Error("${cloud} is full · the app · it holds two · take one away"), { name: "IsobarError", code: "unsupported" });
    const routes = functionsOf(target);
    return {
      files: { [target.settings.file ?? "${cloud}.json"]: JSON.stringify({ routes: Object.fromEntries(routes.map(({ name, path, key }) => [name, { type: "route", path, key, from: origin(name) }])) }, undefined, 2) + "\\n" },
      units: Object.fromEntries(routes.map(({ name }) => [name, { "host.json": "{}\\n" }])),
      explained: [
        { name: "front", type: "a front", functions: [], lines: [], allows: [] },
        ...routes.map(({ name }) => ({ name: name + "Route", type: "a route", functions: [name], lines: [origin(name)], allows: [] })),
        ...routes.map(({ name }) => ({ name: name + "Identity", type: "an identity", functions: [name], lines: [origin(name)], allows: ["read on the front of " + name] })),
      ],
      steps: [{ what: "Upload every unit", command: "${cloud} upload *.zip" }, { what: "Deploy the manifest", command: "${cloud} deploy \\\\\\n  ${cloud}.json" }],
      deployer: ["upload anything", "deploy a front"],
    };
  },
  losses: (before, after) => {
    const of = (files) => JSON.parse(files["${cloud}.json"] ?? '{"routes":{}}').routes;
    const [was, is] = [of(before), of(after)];
    return Object.keys(was).flatMap((name) => is[name] === undefined ? [{ resource: name, type: "route", what: "is deleted, with what is on its way" }]
      : is[name].key !== was[name].key ? [{ resource: name, type: "route", property: "key", before: was[name].key, after: is[name].key, what: "is replaced, without what is on its way" }] : []);
  },
};
`;
export const shopCloud = (cloud: string): Readonly<Record<string, string>> => ({
  [`node_modules/isobar-adapter-${cloud}/package.json`]: `{ "type": "module", "exports": { "./deploy": "./deploy.js" } }`,
  [`node_modules/isobar-adapter-${cloud}/deploy.js`]: adapter(cloud),
});
const route = (name: string, path: string, rest = "") => `export const ${name} = { kind: "http", source: { method: "GET", path: "${path}" }, options: { access: "public" }${rest} };\n`;
/** On two clouds; `settings` are both's. */
export const shopFiles = (settings: object = {}): Readonly<Record<string, string>> => ({
  ...shopCloud("moon"),
  ...shopCloud("sun"),
  "isobar.config.ts": `import app from "./app.js"; export default ["moon", "sun"].map((cloud) => ({ cloud, app, settings: ${JSON.stringify(settings)} }));\n`,
  "app.ts": `import { hello } from "./hello.js"; import { farewell } from "./farewell.js"; export default { name: "shop", functions: { hello, farewell } };\n`,
  "hello.ts": `import { greeting } from "./greeting.js";\n\n${route("hello", "/", ", text: greeting")}`,
  "greeting.ts": `export const greeting = "${"hello ".repeat(200)}";\n`,
  "farewell.ts": route("farewell", "/bye"),
});

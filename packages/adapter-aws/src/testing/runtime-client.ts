import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** `native`: the addon that Lambda itself runs, over curl. `js`: the same three functions over node:http, where no compiler built the addon. */
export type RuntimeClient = "native" | "js";

/** Out: the path of the runtime interface client's main module. Throws with the step to take when it is not installed. */
export function runtimeInterfaceClient(): string {
  try {
    return createRequire(import.meta.url).resolve("aws-lambda-ric");
  } catch (cause) {
    throw new Error("The AWS runtime harness needs the package aws-lambda-ric 4.0.2: npm install --save-dev aws-lambda-ric@4.0.2 --ignore-scripts", { cause });
  }
}

/** Out: the client that `startUnit` uses unless told otherwise: native where the addon was built. Throws when aws-lambda-ric is not installed. */
export const runtimeClient = (): RuntimeClient => (existsSync(join(dirname(runtimeInterfaceClient()), "rapid-client.node")) ? "native" : "js");

/**
 * Stands in for `rapid-client.node`. The client loads that file through one `require`, so a preload can supply it.
 * The addon blocks until `done` or `error` is sent; here they are under way when they return, so `next` waits for them. What differs: a
 * process that exits in the moment after its answer may be gone before the answer is.
 * Text and not a function of ours, because a bundler may rewrite a function for the process it is in, and this one runs in another.
 */
const PRELOAD = `
import http from "node:http";
import Module from "node:module";
const { hostname, port } = new URL("http://" + process.env.AWS_LAMBDA_RUNTIME_API);
const agent = new http.Agent({ keepAlive: true });
const call = (method, path, headers, body) => new Promise((resolve, reject) => {
  const request = http.request({ hostname, port, agent, method, headers, path: "/2018-06-01/runtime/invocation/" + path }, (response) => {
    const chunks = [];
    response.on("data", (chunk) => chunks.push(chunk)).on("error", reject);
    response.on("end", () => resolve({ bodyJson: Buffer.concat(chunks).toString("utf8"), headers: response.headers }));
  });
  request.on("error", reject).end(body);
});
let posted = Promise.resolve();
const post = (path, headers, body) => {
  posted = posted.then(() => call("POST", path, { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...headers }, body));
};
const client = {
  next: () => posted.then(() => call("GET", "next")),
  done: (id, body) => post(id + "/response", {}, body),
  error: (id, body) => post(id + "/error", {}, body),
};
const load = Module._load;
Module._load = function (request, ...rest) { return request.endsWith("rapid-client.node") ? client : load.call(this, request, ...rest); };
`;

/** In: the client wanted. Out: node's arguments that start the runtime with it. Throws when the native one is wanted and was not built. */
export function runtimeArguments(client: RuntimeClient): readonly string[] {
  const main = runtimeInterfaceClient();
  if (client === "js") return ["--import", `data:text/javascript;base64,${Buffer.from(PRELOAD).toString("base64")}`, main];
  if (runtimeClient() === "native") return [main];
  throw new Error("aws-lambda-ric has no compiled client here: npm rebuild aws-lambda-ric builds it (needs cmake, g++, make and python3); or ask for the js client");
}

/**
 * A REST API for all units of this variant: a tree of resources, and methods on them. A deployment is a copy of them; it is made anew, under a name of its content, when they change.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-set-up-lambda-proxy-integration-on-proxy-resource.html · https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-deployment.html
 */
import { digest } from "./naming.ts";
import { overlaid } from "./own.ts";
import type { Fragment } from "./parts.ts";
import { getAtt, logicalId, ref, sub, type Named, type Resource } from "./resources.ts";
import { fragment, gatewayPath, gatewayPermission, methodsOf, type FrontEnd, type Member, type Served } from "./routes.ts";
import type { Composition } from "./units.ts";

const api = "RestApi";
const about = { Isobar: { api: "rest-api" } };
/** https://docs.aws.amazon.com/apigateway/latest/api/API_CreateResource.html */
const pathPart = /^(?:[A-Za-z0-9._:-]+|\{[A-Za-z0-9._:-]+\+?\})$/;
/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const mostResources = 300;

/** A variable has one name below one place, whatever each function calls it: our own matching reads the path as it was sent. */
const canonical = (path: string): readonly string[] => gatewayPath(path).split("/").slice(1).map((segment) => (segment[0] === "{" && segment !== "{proxy+}" ? "{segment}" : segment));
const idOf = (segments: readonly string[]): string => {
  const words = segments.map((segment) => segment.replaceAll(/[^A-Za-z0-9]/g, "").replace(/^./, (letter) => letter.toUpperCase()));
  return `RestPath${words.join("").slice(0, 40)}${digest(segments.join("/"))}`;
};
/** The resource at a path, and all above it. */
function placeOf(segments: readonly string[]): { readonly at: unknown; readonly tree: readonly Named[] } {
  if (segments.length === 1 && segments[0] === "") return { at: getAtt(api, "RootResourceId"), tree: [] };
  const tree = segments.map((PathPart, i): Named => [
    idOf(segments.slice(0, i + 1)),
    { Type: "AWS::ApiGateway::Resource", Metadata: about, Properties: { RestApiId: ref(api), ParentId: i === 0 ? getAtt(api, "RootResourceId") : ref(idOf(segments.slice(0, i))), PathPart } } satisfies Resource,
  ]);
  return { at: ref(tree.at(-1)![0]), tree };
}
function methods({ unit: { lambda } }: Served, { name, fn }: Member, at: unknown): readonly Named[] {
  return methodsOf(fn).map(([method, what]): Named => [
    logicalId(name, `${what}Method`),
    {
      Type: "AWS::ApiGateway::Method",
      Metadata: { Isobar: { for: name } },
      Properties: {
        RestApiId: ref(api),
        ResourceId: at,
        HttpMethod: method,
        AuthorizationType: what !== "Preflight" && fn.options.access === "private" ? "AWS_IAM" : "NONE",
        Integration: { Type: "AWS_PROXY", IntegrationHttpMethod: "POST", Uri: sub(`arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${lambda}.Arn}/invocations`), TimeoutInMillis: 29_000 },
      },
    } satisfies Resource,
  ]);
}
/** Below one place API Gateway has one variable: "A sibling ({id}) of this resource already has a variable path part". */
function treeFaults(members: readonly Member[]): readonly string[] {
  const paths = members.map(({ name, fn }) => ({ name, segments: canonical(fn.source.path), path: fn.source.path }));
  const variables = new Map<string, Map<string, string>>();
  for (const { name, segments } of paths)
    segments.forEach((segment, i) => {
      const place = `/${segments.slice(0, i).join("/")}`;
      if (segment[0] === "{") variables.set(place, (variables.get(place) ?? new Map<string, string>()).set(segment, name));
    });
  const places = new Set(paths.flatMap(({ segments }) => segments.map((_, i) => segments.slice(0, i + 1).join("/"))));
  return [
    ...paths.flatMap(({ name, segments, path }) => (segments.length === 1 && segments[0] === "" ? [] : segments.filter((segment) => !pathPart.test(segment)).map((segment) => `${name}: a REST API has no path ${path}: ${segment === "" ? "none of its paths ends in a slash" : `${JSON.stringify(segment)} has other characters than letters, digits and ._:-`}; variant "http-api"`))),
    ...[...variables].filter(([, names]) => names.size > 1).map(([place, names]) => `${[...names.values()].join(" and ")}: below ${place} a REST API has one variable, either {name} or {rest+}; variant "http-api"`),
    ...(places.size > mostResources ? [`a REST API has ${mostResources} resources at most, and the app's paths make ${places.size}`] : []),
  ];
}

export function restApi({ prefix, stage, settings }: Composition, served: readonly Served[]): FrontEnd {
  if (served.length === 0) return { fragments: [], outputs: {}, faults: [] };
  // Bodies as they were sent, whatever they are.
  const gateway: Named = [api, { Type: "AWS::ApiGateway::RestApi", Metadata: about, Properties: { Name: prefix, EndpointConfiguration: { Types: ["REGIONAL"] }, BinaryMediaTypes: ["*/*"] } }];
  const taken = new Set<string>();
  const fragments = served.flatMap((each) =>
    each.members.map((member) => {
      const segments = canonical(member.fn.source.path);
      const { at, tree } = placeOf(segments);
      const own = methods(each, member, at).filter(([, { Properties }]) => {
        const key = `${String(Properties.HttpMethod)} ${segments.join("/")}`;
        return !taken.has(key) && taken.add(key);
      });
      return fragment(each, member.name, gateway, ...tree, gatewayPermission(each.unit, "RestPermission", sub(`arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${api}}/*`)), ...own);
    }),
  );
  const content = new Map(fragments.flatMap(({ resources }) => Object.entries(resources).filter(([, { Type }]) => Type.startsWith("AWS::ApiGateway::")).map(([id, resource]) => [id, overlaid(settings, id, resource).Properties] as const)));
  // Its functions' names are in it too, if somebody changes them.
  const changed = served.map(({ unit: { lambda } }) => overlaid(settings, lambda, {}));
  const deployment = `RestDeployment${digest(JSON.stringify([[...content].sort(([a], [b]) => (a < b ? -1 : 1)), changed]))}`;
  const after = [...content].flatMap(([id, { HttpMethod }]) => (HttpMethod === undefined ? [] : [id]));
  const deployed: readonly Named[] = [
    [deployment, { Type: "AWS::ApiGateway::Deployment", Metadata: about, Properties: { RestApiId: ref(api) }, DependsOn: after }],
    [`${api}Stage`, { Type: "AWS::ApiGateway::Stage", Metadata: about, Properties: { RestApiId: ref(api), DeploymentId: ref(deployment), StageName: stage } }],
  ];
  const closing: readonly Fragment[] = served.flatMap((each) => each.members.map(({ name }) => fragment(each, name, ...deployed)));
  return {
    fragments: [...fragments, ...closing],
    outputs: { [`${api}Address`]: { Description: "where the REST API answers", Value: sub(`https://\${${api}}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}/${stage}`) } },
    faults: treeFaults(served.flatMap(({ members }) => members)),
  };
}

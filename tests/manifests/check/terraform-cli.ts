/**
 * Terraform itself, offline: it is handed a provider of this process that has the schema and nothing else. `init` then fetches nothing, and `validate` says what Terraform says.
 * https://github.com/hashicorp/terraform/blob/main/docs/plugin-protocol/tfplugin5.proto · https://developer.hashicorp.com/terraform/plugin/debugging#terraform-cli-for-debuggable-provider-binaries
 */
import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Server, ServerCredentials, type handleUnaryCall } from "@grpc/grpc-js";
import protobuf from "protobufjs";
import { dataSources, provider, resourceTypes, type Block, type Schemas } from "./terraform/schema.ts";

/** What of the protocol a schema needs; the rest of its messages is passed over as protobuf passes over fields. */
const protocol = `syntax = "proto3"; package tfplugin5;
message DynamicValue { bytes msgpack = 1; bytes json = 2; }
message Schema {
  message Block { int64 version = 1; repeated Attribute attributes = 2; repeated NestedBlock block_types = 3; }
  message Attribute { string name = 1; bytes type = 2; bool required = 4; bool optional = 5; bool computed = 6; }
  message NestedBlock { string type_name = 1; Block block = 2; int32 nesting = 3; int64 min_items = 4; int64 max_items = 5; }
  int64 version = 1; Block block = 2;
}
message Empty {}
message GetSchema { Schema provider = 1; map<string, Schema> resource_schemas = 2; map<string, Schema> data_source_schemas = 3; }
message Prepare { DynamicValue config = 1; }`;
/** Schema.NestedBlock.NestingMode. */
const nestings = { single: 1, list: 2, set: 3 } as const;

const encodedBlock = ({ attributes, blocks }: Block): object => ({
  attributes: attributes.map((each) => ({ ...each, type: Buffer.from(JSON.stringify(each.type)) })),
  blockTypes: blocks.map(({ name, nesting, min, max, block }) => ({ typeName: name, block: encodedBlock(block), nesting: nestings[nesting], minItems: min, maxItems: max })),
});
const encodedSchemas = (schemas: Schemas): object => Object.fromEntries(Object.entries(schemas).map(([type, block]) => [type, { version: 0, block: encodedBlock(block) }]));

/** A provider that answers for its schema, takes every configuration, and does nothing. */
function stubProvider(): Server {
  const root = protobuf.parse(protocol).root;
  const [schema, prepare] = [root.lookupType("tfplugin5.GetSchema"), root.lookupType("tfplugin5.Prepare")];
  const described = Buffer.from(schema.encode(schema.fromObject({ provider: { block: encodedBlock(provider) }, resourceSchemas: encodedSchemas(resourceTypes()), dataSourceSchemas: encodedSchemas(dataSources) })).finish());
  const answers: Readonly<Record<string, (request: Buffer) => Buffer>> = {
    GetSchema: () => described,
    // The configuration comes back as it was: the same field in both messages.
    PrepareProviderConfig: (request) => Buffer.from(prepare.encode(prepare.decode(request)).finish()),
    ValidateResourceTypeConfig: () => Buffer.alloc(0),
    ValidateDataSourceConfig: () => Buffer.alloc(0),
    Stop: () => Buffer.alloc(0),
  };
  const asIs = (bytes: Buffer): Buffer => bytes;
  const server = new Server();
  server.addService(
    Object.fromEntries(Object.keys(answers).map((name) => [name, { path: `/tfplugin5.Provider/${name}`, requestStream: false, responseStream: false, requestSerialize: asIs, requestDeserialize: asIs, responseSerialize: asIs, responseDeserialize: asIs }])),
    Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, ((call, done) => done(null, answer(call.request))) satisfies handleUnaryCall<Buffer, Buffer>])),
  );
  return server;
}

/** Why Terraform cannot be asked; `undefined` where it can. */
export function missingTerraform(): string | undefined {
  const { error } = spawnSync("terraform", ["version"], { timeout: 20_000 });
  return error === undefined ? undefined : `no terraform that can be run (${(error as NodeJS.ErrnoException).code ?? error.message})`;
}
interface Said {
  readonly diagnostics?: readonly { readonly severity: string; readonly summary: string; readonly detail?: string }[];
}
/** What `terraform validate` finds wrong with a configuration, summary and detail; throws where Terraform does not work. */
export async function terraformSays(manifest: unknown): Promise<readonly string[]> {
  const [server, folder] = [stubProvider(), await mkdtemp(join(tmpdir(), "isobar-terraform-"))];
  try {
    const port = await promisify(server.bindAsync.bind(server))("127.0.0.1:0", ServerCredentials.createInsecure());
    await Promise.all([writeFile(join(folder, "main.tf.json"), JSON.stringify(manifest)), writeFile(join(folder, "terraform.rc"), "")]);
    const reattach = { "hashicorp/google": { Protocol: "grpc", ProtocolVersion: 5, Pid: process.pid, Test: true, Addr: { Network: "tcp", String: `127.0.0.1:${port}` } } };
    const env = { PATH: process.env["PATH"], HOME: folder, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1", TF_CLI_CONFIG_FILE: join(folder, "terraform.rc"), TF_REATTACH_PROVIDERS: JSON.stringify(reattach) };
    // Exit status 1 comes with what is wrong on standard output.
    const run = (...args: readonly string[]) => promisify(execFile)("terraform", [...args], { cwd: folder, env, timeout: 60_000, maxBuffer: 16 * 2 ** 20 }).catch((error: { readonly stdout?: string; readonly stderr?: string }) => ({ stdout: error.stdout ?? "", stderr: error.stderr ?? "" }));
    const init = await run("init", "-input=false", "-no-color", "-backend=false");
    const { stdout, stderr } = await run("validate", "-json");
    if (!stdout.trimStart().startsWith("{")) throw new Error(`terraform validate said no JSON: ${stderr || stdout}; init: ${init.stderr || init.stdout}`);
    return ((JSON.parse(stdout) as Said).diagnostics ?? []).filter(({ severity }) => severity === "error").map(({ summary, detail = "" }) => `${summary}: ${detail}`);
  } finally {
    server.forceShutdown();
    await rm(folder, { recursive: true, force: true });
  }
}

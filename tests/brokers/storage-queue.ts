/**
 * A real Storage queue server, and the listener that the Functions host is: it hides a message for ten minutes while the function has it, deletes it when that succeeds, lets it be seen again after
 * host.json's visibilityTimeout when it fails, and moves it to the poison queue when it has failed maxDequeueCount times. QueueProcessor.cs of azure-sdk-for-net
 * (sdk/storage/Azure.Storage.Common/src/Shared/Queues) and https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger
 */
import { createHmac } from "node:crypto";
import { createRequire } from "node:module";
import { join, dirname } from "node:path";
import type { RunningUnit } from "@isobar/core/adapter";
import { freePort, serve } from "./process.ts";

/** Azurite's own, published: https://learn.microsoft.com/azure/storage/common/storage-use-azurite#well-known-storage-account-and-key */
const account = "devstoreaccount1";
const key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

export interface StorageServer {
  /** Of the account. */
  readonly url: string;
  readonly connection: string;
  create(queue: string): Promise<string>;
  call(method: string, path: string, body?: string): Promise<string>;
  stop(): Promise<void>;
}
export async function startStorage(): Promise<StorageServer> {
  const port = await freePort();
  const bin = join(dirname(createRequire(import.meta.url).resolve("azurite/package.json")), "dist", "src", "queue", "main.js");
  const server = await serve(process.execPath, [bin, "--queueHost", "127.0.0.1", "--queuePort", String(port), "--inMemoryPersistence", "--silent", "--disableTelemetry", "--skipApiVersionCheck"], port);
  const url = `http://127.0.0.1:${port}/${account}`;
  /** Shared key: https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key */
  async function call(method: string, path: string, body?: string): Promise<string> {
    const address = new URL(`${url}${path}`);
    const headers: Record<string, string> = { "x-ms-date": new Date().toUTCString(), "x-ms-version": "2021-12-02", ...(body === undefined ? {} : { "content-type": "application/xml" }) };
    const length = body === undefined ? "" : String(Buffer.byteLength(body));
    const resource = [`/${account}${address.pathname}`, ...[...address.searchParams].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}:${value}`)].join("\n");
    const toSign = [method, "", "", length, "", headers["content-type"] ?? "", "", "", "", "", "", "", ...["x-ms-date", "x-ms-version"].map((name) => `${name}:${headers[name]}`), resource].join("\n");
    headers.authorization = `SharedKey ${account}:${createHmac("sha256", Buffer.from(key, "base64")).update(toSign).digest("base64")}`;
    const response = await fetch(address, { method, headers, ...(body === undefined ? {} : { body }), signal: AbortSignal.timeout(10_000) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text;
  }
  return {
    url,
    connection: `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};QueueEndpoint=${url};`,
    call,
    async create(queue) {
      await call("PUT", `/${queue}`);
      return `${url}/${queue}`;
    },
    stop: () => server.stop(),
  };
}

interface Stored {
  readonly id: string;
  readonly receipt: string;
  readonly text: string;
  readonly count: number;
  readonly inserted: string;
}
const element = (xml: string, name: string): string => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? "";
const storedIn = (xml: string): readonly Stored[] => [...xml.matchAll(/<QueueMessage>(.*?)<\/QueueMessage>/gs)].map(([, each]) => ({ id: element(each!, "MessageId"), receipt: element(each!, "PopReceipt"), text: element(each!, "MessageText"), count: Number(element(each!, "DequeueCount")), inserted: element(each!, "InsertionTime") }));
const message = (text: string): string => `<QueueMessage><MessageText>${text}</MessageText></QueueMessage>`;
export const put = ({ call }: StorageServer, queue: string, text: string) => call("POST", `/${queue}/messages`, message(Buffer.from(text).toString("base64")));
/** Texts of everything in a queue, taken out for ten minutes. */
export const taken = async ({ call }: StorageServer, queue: string): Promise<readonly string[]> => storedIn(await call("GET", `/${queue}/messages?numofmessages=32&visibilitytimeout=600`)).map(({ text }) => Buffer.from(text, "base64").toString("utf8"));

/** Runs until the queue has been empty. */
export async function listen(server: StorageServer, queue: string, { maxDequeueCount, visibilitySeconds }: { readonly maxDequeueCount: number; readonly visibilitySeconds: number }, unit: RunningUnit, functionName: string): Promise<void> {
  const { call } = server;
  const held = new Map<string, { readonly until: number }>();
  for (;;) {
    const [one] = storedIn(await call("GET", `/${queue}/messages?numofmessages=1&visibilitytimeout=600`));
    if (one === undefined) {
      if (held.size === 0) return;
      await new Promise((resolve) => void setTimeout(resolve, 50));
      continue;
    }
    const remove = () => call("DELETE", `/${queue}/messages/${one.id}?popreceipt=${encodeURIComponent(one.receipt)}`);
    const poison = async () => (await put(server, `${queue}-poison`, Buffer.from(one.text, "base64").toString("utf8")), held.delete(one.id), void (await remove()));
    if (one.count > maxDequeueCount) {
      await poison();
      continue;
    }
    const seen = await unit.invoke(functionName, {
      inputData: [{ data: { bytes: new Uint8Array(Buffer.from(one.text, "base64")) } }],
      triggerMetadata: { Id: { string: one.id }, DequeueCount: { json: String(one.count) }, InsertionTime: { json: JSON.stringify(new Date(one.inserted).toISOString()) }, PopReceipt: { string: one.receipt } },
    });
    held.delete(one.id);
    if ("returned" in seen) await remove();
    else if (one.count >= maxDequeueCount) await poison();
    else {
      held.set(one.id, { until: visibilitySeconds });
      await call("PUT", `/${queue}/messages/${one.id}?popreceipt=${encodeURIComponent(one.receipt)}&visibilitytimeout=${visibilitySeconds}`, message(one.text));
    }
  }
}

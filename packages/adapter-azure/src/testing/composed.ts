/** An app with every kind by every path that is deployed, and what is composed: for tests that look at templates. */
import { bus, call, changes, defineApp, defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic, empty, http, logs, queue, schedule, storage, stream, topic, type App } from "@isobar/core";
import { plan, type Manifest } from "@isobar/core/plan";
import { adapter } from "../deploy/entries.ts";
import type { Made } from "../deploy/ids.ts";
import { azure, type AzureSettings } from "../deploy/target.ts";

const [failed, orders, news, uploads, inOrder] = [defineQueue("orders-failed"), defineQueue("orders"), defineTopic("news"), defineBucket("uploads"), { order: "by-key" } as const];
const delivery = { maxAttempts: 5, deadLetter: failed } as const;
const waiting = { ...delivery, backoff: { min: "10s", max: "10m" } } as const;
const token = { jwt: { issuer: "https://login.microsoftonline.com/contoso/v2.0", audience: "api://shop" } } as const;

export const everything = defineApp("shop", {
  place: http.post("/orders", { access: "public", sends: [orders, news, defineQueue("cheap"), defineQueue("elsewhere", inOrder)], secrets: ["stripe-key"] }, () => empty()),
  list: http.get("/orders", { access: "private", memoryMb: 512 }, () => empty()),
  admin: http.get("/staff", { access: token, group: "staff" }, () => empty()),
  charge: queue(orders, { delivery: waiting, secrets: ["stripe-key", "mail-key"] }, () => {}),
  ship: queue(defineQueue("parcels", inOrder), { delivery: { maxAttempts: 3, deadLetter: "discard" } }, () => {}),
  cheap: queue(defineQueue("cheap"), { delivery: { maxAttempts: 3, deadLetter: defineQueue("cheap-failed") } }, () => {}),
  mail: topic(news, { delivery }, () => {}),
  resize: storage(uploads, { delivery, prefix: "in/", suffix: ".png" }, () => {}),
  thumb: storage(uploads, { delivery }, () => {}),
  report: schedule("0 6 * * *", { delivery }, () => {}),
  tick: schedule("0 7 * * *", { delivery: { maxAttempts: 2, deadLetter: "discard" } }, () => {}),
  index: changes(defineTable("users"), { delivery }, () => {}),
  count: stream(defineStream("clicks"), { delivery }, () => {}),
  audit: bus(defineBus("events"), { delivery }, () => {}),
  hear: bus(defineBus("events"), { delivery: { maxAttempts: 5, deadLetter: "discard" } }, () => {}),
  watch: logs(defineLog("access"), { delivery }, () => {}),
  total: call({ delivery }, () => 1),
  later: call({ delivery }, () => 1),
});
export const resourceId = "/subscriptions/s-1/resourceGroups/web/providers/Microsoft.Web/sites/front";
export const settings = {
  existing: { vault: { name: "shop-vault", resourceGroup: "vaults" } },
  functions: { cheap: { variant: "storage-queue" }, thumb: { variant: "direct" }, tick: { variant: "direct" }, hear: { variant: "direct" }, later: { variant: "async" }, watch: { resourceId } },
} as const;

export const composed = (app: App, of: object = {}): Manifest => adapter.compose!(azure(app, of as AzureSettings), plan(azure(app, of as AzureSettings), adapter));
/** All resources of a manifest, those of deployments inside of deployments too, by their names in it. */
export function resourcesIn({ files }: Pick<Manifest, "files">): ReadonlyMap<string, Made> {
  const inside = (made: Made): readonly Made[] => [made, ...((made.properties as { readonly template?: { readonly resources: readonly Made[] } } | undefined)?.template?.resources ?? []).flatMap(inside)];
  const all = Object.values(files).flatMap((text) => (JSON.parse(text) as { readonly resources: readonly Made[] }).resources.flatMap(inside));
  return new Map(all.map((made, i) => [(made.comments ?? `${i}`).split(" · for ")[0]!, made]));
}
/** A function's settings, as its site has them. */
export const environmentIn = (manifest: Pick<Manifest, "files">, unit: string): Readonly<Record<string, string>> => {
  const { siteConfig } = resourcesIn(manifest).get(`site ${unit} · runs ${unit}`)!.properties as { readonly siteConfig: { readonly appSettings: readonly { readonly name: string; readonly value: string }[] } };
  return Object.fromEntries(siteConfig.appSettings.map(({ name, value }) => [name, value]));
};

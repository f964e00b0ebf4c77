import { describe, expect, test } from "vitest";
import { defineApp, empty, http, type Access, type Duration } from "@isobar/core";
import { faultsOf } from "../../deploy/faults.ts";
import { allSaid } from "../../testing/said.ts";
import { httpPlan } from "./plan.ts";

const checkout = http.post("/orders", { access: "public" }, () => empty());
const canonical = { name: "checkout", fn: checkout, settings: {}, app: defineApp("shop", { checkout }) };

test("a route: what is promised", () => {
  expect(allSaid(httpPlan.assess(canonical))).toEqual({
    access: "exact [google_cloud_run_v2_service_iam_member role: roles/run.invoker, google_cloud_run_v2_service_iam_member member: allUsers]",
    streaming: "exact",
    timeout: "exact [google_cloudfunctions2_function service_config.timeout_seconds: 21]",
    isolation: "exact; a Cloud Run function of its own, with its own service account",
  });
});
test("a route: what is rendered", () => {
  expect(httpPlan.render(canonical)).toEqual({
    maker: "http",
    resources: {
      "google_cloudfunctions2_function.shop": { service_config: { timeout_seconds: 21, min_instance_count: 0, max_instance_count: 100, max_instance_request_concurrency: 10, available_cpu: "1", available_memory: "512Mi" } },
      "google_cloud_run_v2_service_iam_member.shop_public": { name: "${google_cloudfunctions2_function.shop.name}", location: "${google_cloudfunctions2_function.shop.location}", role: "roles/run.invoker", member: "allUsers" },
    },
    grants: [],
  });
  expect(faultsOf(httpPlan.render(canonical))).toEqual([]);
});

describe("access", () => {
  const route = (access: Access, more: { readonly group?: string; readonly timeout?: Duration; readonly streaming?: boolean } = {}) => http.get("/admin", { access, ...more }, () => empty());
  const accessOf = (admin: ReturnType<typeof route>, others: object = {}) => allSaid(httpPlan.assess({ name: "admin", fn: admin, settings: {}, app: defineApp("shop", { admin, ...others }) })).access;
  test("is Cloud Run's for callers with Google's own credentials, whom the target names", () => {
    const admin = route("private");
    expect(accessOf(admin)).toBe("exact [google_cloud_run_v2_service_iam_member role: roles/run.invoker]; callers send an ID token of an account that has the role");
    const { resources } = httpPlan.render({ name: "admin", fn: admin, settings: { callers: ["user:a@example.com"] }, app: defineApp("shop", { admin }) });
    expect(resources["google_cloud_run_v2_service_iam_member.shop_caller_1"]).toEqual({ name: "${google_cloudfunctions2_function.shop.name}", location: "${google_cloudfunctions2_function.shop.location}", role: "roles/run.invoker", member: "user:a@example.com" });
  });
  test("is one for all routes of a function: a private one beside a public one would be open", () => {
    expect(accessOf(route("private"), { checkout })).toBe("unsupported: one function has one door, and another route of this one is public | a `group` of its own for the private routes");
    expect(accessOf(route("private", { group: "inner" }), { checkout })).toBe("exact [google_cloud_run_v2_service_iam_member role: roles/run.invoker]; callers send an ID token of an account that has the role");
  });
  test("by someone else's tokens is not Cloud Run's to keep", () => {
    expect(accessOf(route({ jwt: { issuer: "https://i.example", audience: "a" } }))).toBe('unsupported: Cloud Run knows Google\'s own tokens only | access: "private", or "public" with the token looked at in the handler');
  });
  test("routes of one function have its longest timeout, and one maker", () => {
    const slow = route("public", { timeout: "10m", streaming: true });
    const app = defineApp("shop", { checkout, slow });
    const rendered = httpPlan.render({ name: "checkout", fn: checkout, settings: {}, app });
    expect([rendered.maker, (rendered.resources["google_cloudfunctions2_function.shop"] as { service_config: { timeout_seconds: number } }).service_config.timeout_seconds]).toEqual(["http", 601]);
    expect(httpPlan.render({ name: "slow", fn: slow, settings: {}, app }).maker).toBe("httpStream");
    const { isolation, streaming } = allSaid(httpPlan.assess({ name: "slow", fn: slow, settings: {}, app }));
    expect([isolation, streaming]).toEqual(['exact; routes have one URL, and so one function: "shop" is checkout too', "exact; 10 MB is what an answer in pieces may come to"]);
  });
  test("an hour is what a request may take", () => {
    const timeoutOf = (timeout: Duration) => {
      const fn = route("public", { timeout });
      return allSaid(httpPlan.assess({ name: "admin", fn, settings: {}, app: defineApp("shop", { admin: fn }) })).timeout;
    };
    expect([timeoutOf("3599s"), timeoutOf("1h")]).toEqual(["exact [google_cloudfunctions2_function service_config.timeout_seconds: 3600]", 'unsupported: Cloud Run ends a request after 3600 s | timeout: "3599s"']);
    expect(allSaid(httpPlan.assess({ ...canonical, settings: { availableCpu: 0.5, maxInstanceRequestConcurrency: 2 } })).timeout).toBe("unsupported: an instance of less than one vCPU works on one request at a time | availableCpu: 1");
  });
});

import { describe, expect, test } from "vitest";
import type { Explained } from "@isobar/core/plan";
import { explanation } from "./report.ts";

const base = { cloud: "moon", app: "shop", folder: "/out/moon", files: ["moon.json"], explained: [], steps: [], deployer: [] };
const resource = (name: string, type: string, more: Partial<Explained> = {}): Explained => ({ name, type, functions: ["charge"], lines: ["charge.ts:5"], allows: [], ...more });
const told = (more: object, columns = 60) => explanation({ ...base, ...more }, "out/moon", { columns, colours: false }).slice(2);

describe("resources", () => {
  test("that are for the same functions are told together, in the order in which they first come", () =>
    expect(told({ explained: [resource("Orders", "queue", { functions: ["charge", "checkout"], lines: ["charge.ts:5", "checkout.ts:4"] }), resource("Charge", "function"), resource("Failed", "queue", { functions: ["charge", "checkout"], lines: ["charge.ts:5", "checkout.ts:4"] })] })).toEqual(["charge (charge.ts:5), checkout (checkout.ts:4)", "  Orders  queue", "  Failed  queue", "", "charge (charge.ts:5)", "  Charge  function"]));
  test("whose lines are not all known have those that are", () =>
    expect(told({ explained: [resource("Orders", "queue", { functions: ["charge", "checkout"], lines: ["charge.ts:5"] }), resource("Failed", "queue", { functions: ["refund"], lines: [] })] })).toEqual(["charge, checkout (charge.ts:5)", "  Orders  queue", "", "refund", "  Failed  queue"]));
  test("whose names begin with their type need not say it again", () => expect(told({ explained: [resource("a_queue.orders", "a_queue"), resource("Charge", "function")] })).toEqual(["charge (charge.ts:5)", "  a_queue.orders", "  Charge  function"]));
});
test("what whoever deploys must be allowed to do: words together, sentences each alone", () =>
  expect(told({ deployer: ["queues:Create", "queues:Delete", "functions:Create", "read the number of the project, which is told nowhere else"] }, 40)).toEqual(["Whoever deploys it must be allowed to:", "  queues:Create, queues:Delete,", "  functions:Create", "  read the number of the project, which", "    is told nowhere else"]));
test("without a manifest says so", () => expect(explanation({ ...base, files: [] }, "out/moon", { columns: 60, colours: false })).toEqual(["shop on moon: no manifest", "────────────"]));
test("a step that is done elsewhere has no command", () => expect(told({ steps: [{ what: "ask for a quota", command: "" }] })).toEqual(["To deploy it, in order:", "    cd out/moon", "  1. ask for a quota"]));
test("colours change no width", () => {
  const input = { ...base, explained: [resource("Orders", "queue", { allows: ["read on Orders"] })], steps: [{ what: "deploy", command: "moon deploy" }], deployer: ["a:b"] };
  const [plain, painted] = [false, true].map((colours) => explanation(input, "out/moon", { columns: 40, colours }));
  expect(painted!.map((line) => line.replace(/\u001b\[\d+m/g, ""))).toEqual(plain);
  expect(painted).not.toEqual(plain);
});

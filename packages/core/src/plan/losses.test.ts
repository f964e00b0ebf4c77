import { describe, expect, test } from "vitest";
import { lossesOf, type LossRules, type ManifestResource } from "./losses.ts";

const rules: LossRules = {
  holds: { queue: "messages", table: "rows" },
  immutable: { queue: ["name", "order", "keys.0.path"], table: ["key"], alarm: ["name"] },
  letters: { queue: ["redrive.to"] },
  retention: { queue: ["keepSeconds"] },
  lasting: (value) => (typeof value === "number" ? value : undefined),
  removed: (held) => `is deleted, with its ${held}`,
  replaced: (held) => `is replaced, without its ${held}`,
};
const queue = (properties: object = {}, kept?: boolean): ManifestResource => ({ type: "queue", properties: { name: "orders", order: "none", ...properties }, ...(kept === undefined ? {} : { kept }) });
const losses = (before: Readonly<Record<string, ManifestResource>>, after: Readonly<Record<string, ManifestResource>>) => lossesOf(new Map(Object.entries(before)), new Map(Object.entries(after)), rules);

describe("nothing is lost", () => {
  test.each<[string, Record<string, ManifestResource>, Record<string, ManifestResource>]>([
    ["by no change", { Orders: queue() }, { Orders: queue() }],
    ["by what is added", {}, { Orders: queue() }],
    ["by a change that is made in place", { Orders: queue({ visibility: 30 }) }, { Orders: queue({ visibility: 60 }) }],
    ["with what holds nothing", { Alarm: { type: "alarm", properties: { name: "a" } } }, {}],
    ["by a new name of what holds nothing", { Alarm: { type: "alarm", properties: { name: "a" } } }, { Alarm: { type: "alarm", properties: { name: "b" } } }],
    ["with what the platform keeps", { Orders: queue({}, true) }, {}],
    ["by a longer retention, and by one that is not known", { Orders: queue({ keepSeconds: 60 }) }, { Orders: queue({ keepSeconds: { ref: "Keep" } }), More: queue({ keepSeconds: 120 }) }],
    ["by another place for dead letters", { Orders: queue({ redrive: { to: "failed" } }) }, { Orders: queue({ redrive: { to: "elsewhere" } }) }],
    ["by a type of a name that every object has", { Orders: { type: "constructor", properties: {} } }, {}],
  ])("%s", (_, before, after) => expect(losses(before, after)).toEqual([]));
});

describe("what is lost", () => {
  test("goes with a resource that is removed", () => expect(losses({ Orders: queue(), Users: { type: "table", properties: {} } }, {})).toEqual([{ resource: "Orders", type: "queue", what: "is deleted, with its messages" }, { resource: "Users", type: "table", what: "is deleted, with its rows" }]));
  test.each<[string, Record<string, ManifestResource>]>([
    ["the only new one of its type", { Placed: queue({ name: "placed" }), Alarm: { type: "alarm", properties: {} } }],
    ["the one that is equal to it, of several", { Other: queue({ name: "other" }), Placed: queue() }],
  ])("goes with one that is renamed: %s", (_, after) => expect(losses({ Orders: queue() }, after)).toEqual([{ resource: "Orders", type: "queue", what: "is not there any more, Placed is new: if it was renamed, it is deleted, with its messages" }]));
  test("is not said to be renamed where several are new", () => expect(losses({ Orders: queue() }, { A: queue({ name: "a" }), B: queue({ name: "b" }) })[0]!.what).toBe("is deleted, with its messages"));
  test("goes with one that becomes something else", () => expect(losses({ Orders: queue() }, { Orders: { type: "table", properties: {} } })).toEqual([{ resource: "Orders", type: "queue", what: "is no longer of its type, but table: it is deleted, with its messages" }]));
  test("goes with one whose property cannot be changed, property by property", () =>
    expect(losses({ Orders: queue({ keys: [{ path: "/id" }] }) }, { Orders: queue({ name: "placed", order: "by-key", keys: [{ path: "/tenant" }] }) })).toEqual([
      { resource: "Orders", type: "queue", property: "name", before: "orders", after: "placed", what: "is replaced, without its messages" },
      { resource: "Orders", type: "queue", property: "order", before: "none", after: "by-key", what: "is replaced, without its messages" },
      { resource: "Orders", type: "queue", property: "keys.0.path", before: "/id", after: "/tenant", what: "is replaced, without its messages" },
    ]));
  test("a property that is new or taken away is a change", () => {
    expect(losses({ Users: { type: "table", properties: {} } }, { Users: { type: "table", properties: { key: { of: ["id"] } } } })).toEqual([{ resource: "Users", type: "table", property: "key", before: undefined, after: { of: ["id"] }, what: "is replaced, without its rows" }]);
    expect(losses({ Users: { type: "table", properties: { key: { of: ["id"] } } } }, { Users: { type: "table", properties: { key: { of: ["id"] } } } })).toEqual([]);
    expect(losses({ Users: { type: "table", properties: { key: { of: ["id"] } } } }, { Users: { type: "table", properties: { key: { of: ["id", "tenant"] } } } })).toHaveLength(1);
  });
  test("are dead letters, where their place is taken away", () =>
    expect(losses({ Orders: queue({ redrive: { to: "failed", after: 5 } }) }, { Orders: queue({ redrive: { after: 5 } }) })).toEqual([{ resource: "Orders", type: "queue", property: "redrive.to", before: "failed", after: undefined, what: "keeps nothing of what fails any more" }]));
  test("is what is older than a shorter retention", () =>
    expect(losses({ Orders: queue({ keepSeconds: 120 }) }, { Orders: queue({ keepSeconds: 60 }) })).toEqual([{ resource: "Orders", type: "queue", property: "keepSeconds", before: 120, after: 60, what: "keeps it for a shorter time: what is older is deleted" }]));
});

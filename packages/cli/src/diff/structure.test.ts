import { describe, expect, test } from "vitest";
import { changesBetween, type Change } from "./structure.ts";

describe("two values", () => {
  test.each<[string, unknown, unknown, readonly Change[]]>([
    ["that are equal", { a: [1, { b: null }] }, { a: [1, { b: null }] }, []],
    ["that differ in the order of keys alone", { a: 1, b: 2 }, { b: 2, a: 1 }, []],
    ["with another number", { a: { b: 1 } }, { a: { b: 2 } }, [{ path: "a.b", before: 1, after: 2 }]],
    ["with something more and something less", { a: 1, b: 2 }, { a: 1, c: { d: 3 } }, [{ path: "b", before: 2 }, { path: "c", after: { d: 3 } }]],
    ["of which one has null", { a: null }, {}, [{ path: "a", before: null }]],
    ["with another kind of value", { a: [1] }, { a: { 0: 1 } }, [{ path: "a", before: [1], after: { 0: 1 } }]],
    ["with nothing in common", 1, "1", [{ path: "", before: 1, after: "1" }]],
    ["with keys that are no words", { "a.b": { "x y": 1 } }, { "a.b": { "x y": 2 } }, [{ path: '["a.b"]["x y"]', before: 1, after: 2 }]],
    ["with a key that every object has", JSON.parse('{"__proto__":{"a":1},"constructor":1}'), JSON.parse('{"__proto__":{"a":2}}'), [{ path: "__proto__.a", before: 1, after: 2 }, { path: "constructor", before: 1 }]],
    ["with the names of types and packages", { "AWS::SQS": 1, "@x/y-z": 1 }, { "AWS::SQS": 2, "@x/y-z": 2 }, [{ path: '["AWS::SQS"]', before: 1, after: 2 }, { path: "@x/y-z", before: 1, after: 2 }]],
  ])("%s", (_, before, after, expected) => expect(changesBetween(before, after)).toEqual(expected));
});

describe("lists", () => {
  test.each<[string, readonly unknown[], readonly unknown[], readonly Change[]]>([
    ["of plain values tell what came and went, wherever it stands", ["a", "b", "b", 1], ["0", "b", "1"], [{ path: "list[]", before: "a" }, { path: "list[]", before: "b" }, { path: "list[]", before: 1 }, { path: "list[]", after: "0" }, { path: "list[]", after: "1" }]],
    ["of plain values in another order are another list", ["a", "b"], ["b", "a"], [{ path: "list", before: ["a", "b"], after: ["b", "a"] }]],
    ["that are empty", [], [], []],
    ["of named things go by their names", [{ name: "a", x: 1 }, { name: "b", x: 1 }], [{ name: "0", x: 0 }, { name: "b", x: 2 }], [{ path: "list[a]", before: { name: "a", x: 1 } }, { path: "list[b].x", before: 1, after: 2 }, { path: "list[0]", after: { name: "0", x: 0 } }]],
    ["of typed things go by both", [{ type: "q", name: "a", x: 1 }, { type: "t", name: "a", x: 1 }], [{ type: "q", name: "a", x: 1 }, { type: "t", name: "a", x: 2 }], [{ path: "list[t a].x", before: 1, after: 2 }]],
    ["of things whose names command a terminal", [{ name: "\u001b[2J" }], [], [{ path: "list[\\u001b[2J]", before: { name: "\u001b[2J" } }]],
    ["of things with one name twice go by their places", [{ name: "a", x: 1 }, { name: "a", x: 2 }], [{ name: "a", x: 1 }, { name: "a", x: 3 }], [{ path: "list[1].x", before: 2, after: 3 }]],
    ["of things of which one has no name", [{ name: "a" }, { x: 1 }], [{ name: "b" }, { x: 1 }], [{ path: "list[0].name", before: "a", after: "b" }]],
    ["of lists go by their places", [[1, 2], [3]], [[1], [3], [4]], [{ path: "list[0][]", before: 2 }, { path: "list[2]", after: [4] }]],
  ])("%s", (_, before, after, expected) => expect(changesBetween(before, after, "list")).toEqual(expected));
});

import { expect, test } from "vitest";
import { padded, painting, sideBySide, widthOf, wrapped } from "./terminal.ts";

const red = "\u001b[31mred\u001b[39m";

test("colours are painted where there are any, and never around nothing", () => {
  expect([painting({ columns: 80, colours: true })("red", "red"), painting({ columns: 80, colours: true })("red", ""), painting({ columns: 80, colours: false })("red", "red")]).toEqual([red, "", "red"]);
});
test("a colour has no width", () => expect([widthOf(red), padded(red, 5), padded("longer", 3)]).toEqual([3, `${red}  `, "longer"]));
test("lines are broken between words; a word that is longer has its own line", () => {
  expect(wrapped("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrapped("a incomprehensible b", 5)).toEqual(["a", "incomprehensible", "b"]);
  expect(wrapped("one two three", 7, "  ")).toEqual(["one two", "  three"]);
  expect(wrapped(`one ${red} three`, 7)).toEqual([`one ${red}`, "three"]);
  expect(wrapped("", 7)).toEqual([""]);
});
test("blocks stand beside each other, whatever their height", () => expect(sideBySide([["a", "b"], ["c"]], 3, " | ")).toEqual(["a   | c", "b   |"]));

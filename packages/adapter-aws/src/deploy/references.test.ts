import { expect, test } from "vitest";
import { redirected, referencesIn, type Redirected } from "./references.ts";

const value = {
  ref: { Ref: "A" }, att: { "Fn::GetAtt": ["A", "Arn"] }, text: { "Fn::Sub": "x/${A}/${A.Arn}/${B}/${!A}" }, own: { "Fn::Sub": ["${A} ${X}", { X: { Ref: "A" }, B: "" }] },
  deep: [{ Ref: "B" }, "A", 1, null, { Ref: "A", more: 1 }], joined: { "Fn::Join": ["/", [{ Ref: "A" }]] },
};
const to = (target: Redirected) => redirected(value, ({ id, attribute }) => (id !== "A" ? undefined : "text" in target || target.attribute !== undefined || attribute === undefined ? target : { id: target.id, attribute }));

test("references are found where they stand, also in text", () => {
  const spelled = referencesIn(value).map(({ id, attribute }) => (attribute === undefined ? id : `${id}.${attribute}`));
  expect(spelled).toEqual(["A", "A.Arn", "A", "A.Arn", "B", "A", "A", "B", "A"]);
});
test("each becomes another, and what looks like one and is none stays", () => {
  expect(to({ id: "C" })).toEqual({
    ref: { Ref: "C" }, att: { "Fn::GetAtt": ["C", "Arn"] }, text: { "Fn::Sub": "x/${C}/${C.Arn}/${B}/${!A}" }, own: { "Fn::Sub": ["${C} ${X}", { X: { Ref: "C" }, B: "" }] },
    deep: [{ Ref: "B" }, "A", 1, null, { Ref: "A", more: 1 }], joined: { "Fn::Join": ["/", [{ Ref: "C" }]] },
  });
});
test("or a text: one that names nothing more is a text alone", () => {
  expect([to({ text: "arn:x" }).ref, to({ text: "arn:${AWS::Region}" }).ref, to({ text: "arn:x" }).text]).toEqual(["arn:x", { "Fn::Sub": "arn:${AWS::Region}" }, { "Fn::Sub": "x/arn:x/arn:x/${B}/${!A}" }]);
  expect(redirected({ "Fn::Sub": "x/${A}" }, () => ({ text: "y" }))).toBe("x/y");
});
test("nothing is changed where nothing is redirected, a key __proto__ included", () => {
  const odd = JSON.parse('{"__proto__":{"Ref":"A"},"Fn::Sub":"${A}","b":1}') as object;
  expect([JSON.stringify(redirected(odd, () => undefined)), redirected("x", () => undefined)]).toEqual(['{"__proto__":{"Ref":"A"},"Fn::Sub":"${A}","b":1}', "x"]);
});

import { expect, test } from "vitest";
import { actOf, script, spelledAct } from "./script.ts";

test("a script is one act for each start, as it is written", () => {
  expect(script("ok, fail,throw,reject,hang,block,crash,crash:300ms,retry:30s,slow:2m")).toEqual([
    { act: "ok" }, { act: "fail" }, { act: "throw" }, { act: "reject" }, { act: "hang" }, { act: "block" }, { act: "crash" }, { act: "crash", afterMs: 300 }, { act: "after", after: "30s" }, { act: "slow", takesMs: 120_000 },
  ]);
});
test("every act is spelled as it is read", () => {
  const text = "ok,fail,throw,reject,hang,block,crash,crash:300ms,retry:30s,slow:2m";
  expect(script(text).map(spelledAct).join(",")).toBe(text);
});
test.each(["nothing", "", "ok,", "retry", "ok:1s", "slow", "retry:soon", "slow:1s:2s", "crash:1"])("%j is refused", (text) => {
  expect(() => script(text)).toThrow(expect.objectContaining({ code: "invalid-definition" }));
});
test("the last act stands for all starts that follow, and without any a start is ok", () => {
  expect([0, 1, 7].map((start) => actOf(script("fail,ok"), start).act)).toEqual(["fail", "ok", "ok"]);
  expect(actOf([], 3)).toEqual({ act: "ok" });
});

import { IsobarError } from "@isobar/core";
import { describe, expect, test } from "vitest";
import { eachInTurn } from "./units.ts";

describe("several at a time", () => {
  test("never more than that, each in its place", async () => {
    let [running, most] = [0, 0];
    const results = await eachInTurn([3, 1, 2, 0, 4], async (n) => {
      most = Math.max(most, ++running);
      for (let i = 0; i < n; i++) await Promise.resolve();
      running--;
      return n * 10;
    }, 2);
    expect([results, most]).toEqual([[30, 10, 20, 0, 40], 2]);
  });
  test("of nothing is nothing", async () => expect(await eachInTurn([], () => Promise.reject(new Error("never")))).toEqual([]));
  test("what some refuse is told at once, each line once, when all have ended", async () => {
    const ended: number[] = [];
    const refusing = eachInTurn([0, 1, 2, 3], async (n) => {
      await Promise.resolve();
      ended.push(n);
      if (n !== 1) throw new IsobarError("invalid-definition", `shared.ts:1: wrong\n${n}.ts: wrong`);
    }, 1);
    await expect(refusing).rejects.toThrow(expect.objectContaining({ code: "invalid-definition", message: "shared.ts:1: wrong\n0.ts: wrong\n2.ts: wrong\n3.ts: wrong" }));
    expect(ended).toEqual([0, 1, 2, 3]);
  });
  test("a mistake of ours is not hidden among what is the user's", async () => {
    const slip = new TypeError("a slip");
    await expect(eachInTurn([0, 1], (n) => Promise.reject(n === 0 ? new IsobarError("invalid-definition", "wrong") : slip))).rejects.toBe(slip);
  });
});

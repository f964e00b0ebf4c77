import { describe, expect, test } from "vitest";
import type { Effect, Handed } from "@isobar/core/adapter";
import { ledger, type Ledger } from "./ledger.ts";
import { script } from "./script.ts";
import type { Step } from "./trace.ts";

let time = 0;
/** Books of one message "m", whose event is "e". */
function books(acts = "ok"): { readonly book: Ledger; readonly steps: readonly Step[]; readonly broken: readonly Error[] } {
  const steps: Step[] = [];
  const broken: Error[] = [];
  time = 0;
  const book = ledger((step) => void steps.push(step), () => time, (error) => void broken.push(error));
  book.open("m", "e", script(acts));
  return { book, steps, broken };
}
const done: Handed = { how: "answered", then: ["done"] };
const again: Handed = { how: "answered", then: ["again"] };
const letter = (id = "e"): Extract<Effect, { readonly do: "dead-letter" }> => ({ do: "dead-letter", to: { resource: "queue", name: "failed" }, body: "{}", attribute: JSON.stringify({ v: 1, id, reason: "why" }) });
const copy = (id = "e"): Extract<Effect, { readonly do: "requeue" }> => ({ do: "requeue", functionName: "charge", body: "{}", attribute: JSON.stringify({ v: 1, id, used: 1 }), afterMs: 10, deduplicationId: `${id}:2` });

describe("where a message is", () => {
  test("is acknowledged once the broker heard that it is done", () => {
    const { book } = books();
    const handing = book.handed(["m"]);
    time = 7;
    book.heard(["m"], done, handing, true);
    expect(book.fates([])).toEqual({ m: { starts: [], letters: 0, rest: "acknowledged", atMs: 7 } });
  });
  test("is the dead letter that was written before, with its reason", () => {
    const { book } = books();
    const handing = book.handed(["m"]);
    book.letter(letter(), true);
    book.heard(["m"], done, handing, true);
    expect(book.fates([]).m).toEqual({ starts: [], letters: 1, rest: "dead-letter", queue: "failed", reason: "why", atMs: 0 });
  });
  test("is the broker while it holds it", () => {
    const { book } = books();
    book.heard(["m"], again, book.handed(["m"]), true);
    expect(book.fates(["m"]).m!.rest).toBe("held");
  });
  test("is nowhere when nobody has it: a broker that drops what comes again has lost it", () => {
    const { book } = books();
    book.heard(["m"], again, book.handed(["m"]), true);
    expect(book.fates([]).m!.rest).toBe("lost");
  });
  test("stays where the platform has moved it: an answer that comes later settles nothing", () => {
    const { book } = books();
    const handing = book.handed(["m"]);
    book.moved("m", { queue: "failed" }, "its lock ran out");
    book.heard(["m"], done, handing, true);
    expect(book.fates([]).m).toEqual({ starts: [], letters: 0, rest: "dead-letter", queue: "failed", reason: "its lock ran out", atMs: 0 });
  });
  test("is not changed by the answer of a hand-over that nobody waits for", () => {
    const { book } = books();
    const handing = book.handed(["m"]);
    book.heard(["m"], done, handing, false);
    expect(book.fates([]).m!.rest).toBe("lost");
  });
  test("is what the platform moved it to", () => {
    const { book } = books();
    book.moved("m", { queue: "failed" }, "too many");
    expect(book.fates([]).m).toEqual({ starts: [], letters: 0, rest: "dead-letter", queue: "failed", reason: "too many", atMs: 0 });
    book.moved("m", "discarded", "too old");
    expect(book.fates([]).m).toEqual({ starts: [], letters: 0, rest: "discarded", reason: "too old", atMs: 0 });
  });
});

describe("a copy that was put back", () => {
  test("has the account of its original: done means that the copy goes on", () => {
    const { book, steps } = books("fail,ok");
    const first = book.handed(["m"]);
    book.start("e", 1).ended();
    book.putOff(copy(), "copy-1");
    book.heard(["m"], done, first, true);
    expect(book.fates([]).m!.rest).toBe("lost");
    expect(book.nameOf({ id: "copy-1", body: "{}", attribute: copy().attribute })).toBe("m");
    const second = book.handed(["m"]);
    time = 12;
    book.start("e", 2).ended();
    book.heard(["m"], done, second, true);
    expect(book.fates([]).m).toMatchObject({ rest: "acknowledged", starts: [{ atMs: 0, attempt: 1, act: "fail" }, { atMs: 12, attempt: 2, act: "ok" }] });
    expect(steps.filter(({ what }) => what === "put back")).toEqual([{ atMs: 0, what: "put back", message: "m", afterMs: 10 }]);
  });
});

describe("a start", () => {
  test("hears how its own invocation ended, not that of another hand-over", () => {
    const { book } = books("fail");
    const first = book.handed(["m"]);
    book.start("e", 1).ended();
    time = 5;
    book.heard(["m"], again, first, true);
    const second = book.handed(["m"]);
    book.start("e", 2);
    time = 9;
    book.heard(["m"], { how: "exited", then: ["again"] }, second, true);
    expect(book.fates(["m"]).m!.starts).toEqual([{ atMs: 0, attempt: 1, act: "fail", endedMs: 0, heardMs: 5, how: "answered" }, { atMs: 5, attempt: 2, act: "fail", heardMs: 9, how: "exited" }]);
  });
});

describe("what must not happen", () => {
  test("a dead letter to a queue that takes nothing is refused, and not counted", () => {
    const { book, steps } = books();
    expect(() => book.letter(letter(), false)).toThrow(expect.objectContaining({ code: "dead-letter-failed" }));
    expect([book.fates(["m"]).m!.letters, steps]).toEqual([0, [{ atMs: 0, what: "refused", message: "m", effect: "dead-letter", why: "failed takes nothing" }]]);
  });
  test("an event that nobody sent is an error, even where a handler's failure hides it", () => {
    const { book, broken } = books();
    expect(() => book.start("other", 1)).toThrow('an event "other" that nobody sent');
    expect(broken.map(({ message }) => message)).toEqual(['an event "other" that nobody sent']);
  });
  test("two messages of one event are refused: their books would be mixed", () => {
    const { book } = books();
    expect(() => book.open("n", "e", [])).toThrow(expect.objectContaining({ code: "invalid-definition" }));
    expect(() => book.open("m", "f", [])).toThrow(expect.objectContaining({ code: "invalid-definition" }));
  });
});

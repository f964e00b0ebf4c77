/** What a caller who waits gets back. */
import assert from "node:assert/strict";
import type { CallLab, Requirement } from "../requirement.ts";

const call = "hearCall";
const failed = async (lab: CallLab, payload: unknown): Promise<string> => {
  const answer = await lab.ask(call, payload);
  assert.ok("failed" in answer, `a result: ${JSON.stringify(answer)}`);
  assert.doesNotMatch(answer.failed, /secret-detail|at .*\.(?:js|mjs|ts):|node_modules/, "an internal message left with an error");
  return answer.failed;
};

export const callRequirements: readonly Requirement<CallLab>[] = [
  {
    sentence: "CALL 1: a payload MUST reach the handler as it was sent, and its result the caller as it was returned",
    async check(lab) {
      const payload = { then: "ack", n: 1, text: "grüße ✓", list: [1, null, { __proto_: "x" }] };
      assert.deepEqual(await lab.ask(call, payload), { result: { said: payload } });
    },
  },
  {
    sentence: "CALL 2: a handler without a result MUST answer null",
    async check(lab) {
      assert.deepEqual(await lab.ask(call, { then: "nothing" }), { result: null });
    },
  },
  {
    sentence: "CALL 3: a payload that does not fit MUST be the caller's error, and not run",
    async check(lab) {
      lab.started.effects(call);
      assert.match(await failed(lab, { n: "many" }), /invalid-input/);
      assert.deepEqual(lab.started.effects(call), []);
    },
  },
  {
    sentence: "CALL 4: a handler that rejects, throws or asks for another try MUST be an error without a word of why inside",
    async check(lab) {
      assert.match(await failed(lab, { then: "reject" }), /rejected/);
      for (const then of ["throw", "throw-string", "retry"]) assert.match(await failed(lab, { then }), /handler-failed/, then);
    },
  },
  {
    sentence: "CALL 5: a handler that never settles MUST be an error at its deadline",
    async check(lab) {
      assert.match(await failed(lab, { then: "never" }), /deadline-exceeded/);
    },
  },
  {
    sentence: "CALL 6: a handler that kills its process MUST be an error, and the next call answered as ever",
    async check(lab) {
      await failed(lab, { then: "exit" });
      assert.deepEqual(await lab.ask(call, { then: "ack" }), { result: { said: { then: "ack" } } });
    },
  },
  {
    sentence: "CALL 7: an invocation that is not of this wire MUST never be answered with a result",
    async check(lab) {
      for (const { why, native } of lab.side.malformed) assert.ok("failed" in lab.side.interpret(await lab.started.invoke(call, native)), why);
    },
  },
];

import { describe, expect, test } from "vitest";
import { instantOf, objectIn, recordsOf, type Source } from "./records.ts";

const source: Source = { what: "SQS batch", field: "eventSource", value: "aws:sqs", own: "messageId" };
const said = (native: unknown, from = source): string => {
  try {
    recordsOf(native, from);
  } catch (error) {
    expect(error).toMatchObject({ name: "IsobarError", code: "invalid-native-event" });
    return (error as Error).message;
  }
  return "taken";
};

describe("a batch is a list of records of one service", () => {
  test("its records are the very ones that arrived", () => {
    const records = [{ eventSource: "aws:sqs" }, { messageId: "1" }];
    expect(recordsOf({ Records: records }, source)).toBe(records);
  });
  test.each([[null], [undefined], [5], ["Records"], [[]], [{}], [{ Records: null }], [{ Records: {} }], [{ Records: [] }], [{ records: [{ messageId: "1" }] }]])("%j has no list of records", (native) => {
    expect(said(native)).toBe("no SQS batch: there is no list of Records");
  });
  test("the refusal names the stranger and its source", () => {
    expect(said({ Records: [{ eventSource: "aws:sqs" }, { eventSource: "aws:s3", s3: {} }] })).toBe('no SQS batch: record 1 comes from "aws:s3"');
    expect(said({ Records: [null] })).toBe("no SQS batch: record 0 comes from another source");
  });
  test("a field in another case is named: the service's own API spells it so", () => {
    expect(said({ Records: [{ MessageId: "1", Body: "{}" }] })).toBe("no SQS batch: record 0 comes from another source (it has MessageId where Lambda writes messageId: names are case-sensitive, and the service's own API spells some in another case)");
    expect(said({ Records: [{ eventSource: "aws:sns", sns: {} }] }, { what: "SNS event", field: "EventSource", value: "aws:sns", own: "Sns" })).toContain("it has eventSource where Lambda writes EventSource");
  });
  test("no records are a batch where a tumbling window ends, and only in services that have windows", () => {
    const last = { Records: [], window: { start: "2020-07-30T17:00:00Z", end: "2020-07-30T17:05:00Z" }, isFinalInvokeForWindow: true };
    expect([recordsOf(last, { ...source, windows: true }), said(last)]).toEqual([[], "no SQS batch: there is no list of Records"]);
  });
});

describe("a text", () => {
  test("is a JSON object, or no object at all", () => {
    expect(['{"a":1}', "{}", "[1]", "null", '"text"', "5", "true", "", "{", "hello"].map(objectIn)).toEqual([{ a: 1 }, {}, undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined]);
  });
  test("is a time; a number is none, though it may look like a year", () => {
    expect(["2015-10-08T16:53:06Z", "soon", "", 2015, null, undefined].map(instantOf)).toEqual([1444323186000, undefined, undefined, undefined, undefined, undefined]);
  });
});

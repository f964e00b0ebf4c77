/** The kit itself: an adapter that is broken on purpose fails the requirement that it breaks, and no other. */
import { describe, expect, test } from "vitest";
import { frontsOf, httpRequirementsOf, openLabs, requirementsOf, wireOf, type Requirement, type Subject } from "@isobar/conformance/lab";
import { aws } from "./proof/clouds.ts";

/** The AWS adapter with `code` around every entry's handler: `handler(event, context)` becomes `broken(handler)`. */
function broken(code: string): Subject {
  return {
    ...aws,
    adapter: {
      ...aws.adapter,
      entry(...given) {
        const entry = aws.adapter.entry(...given);
        return { ...entry, text: `${entry.text.replace("export const handler", "const sound")}\nconst broken = ${code};\nexport const handler = broken(sound);\n` };
      },
    },
  };
}

async function failures<Lab>(requirements: readonly Requirement<Lab>[], lab: Lab): Promise<readonly { readonly sentence: string; readonly why: string }[]> {
  const found = [];
  for (const { sentence, check } of requirements) {
    try {
      await check(lab);
    } catch (error) {
      found.push({ sentence, why: (error as Error).message });
    }
  }
  return found;
}
async function examine(code: string, kind: "http" | "queue") {
  const subject = broken(code);
  const labs = openLabs(subject);
  try {
    const [front] = frontsOf(subject);
    const wire = wireOf(subject, "queue");
    return kind === "http" ? await failures(httpRequirementsOf(subject, front!), labs.http(front!)) : await failures(requirementsOf(subject, wire), labs.message(wire));
  } finally {
    await labs.close();
  }
}

describe("a broken adapter", () => {
  test("that is not broken at all passes everything", async () => {
    expect(await examine("(sound) => sound", "queue")).toEqual([]);
  });

  test("that acknowledges an unreadable item fails the requirements about what is not of the wire and about unreadable neighbours", async () => {
    const found = await examine(
      `(sound) => async (event, context) => {
        const { batchItemFailures } = await sound(event, context);
        const readable = (id) => event.Records.some((record) => record.messageId === id && typeof record.body === "string");
        return { batchItemFailures: batchItemFailures.filter(({ itemIdentifier }) => readable(itemIdentifier)) };
      }`,
      "queue",
    );
    expect(found.map(({ sentence }) => sentence.split(":")[0])).toEqual(["QUEUE 15", "unreadable-neighbour"]);
  });

  test("that loses the second Set-Cookie fails the requirement about cookies", async () => {
    const found = await examine(
      `(sound) => async (event, context) => {
        const answer = await sound(event, context);
        return answer.cookies === undefined ? answer : { ...answer, cookies: answer.cookies.slice(0, 1) };
      }`,
      "http",
    );
    expect(found.map(({ sentence }) => sentence)).toEqual(["HTTP 20: every Set-Cookie of an answer MUST reach the client as a header of its own"]);
  });

  test("whose attempt is off by one fails the requirements about attempts", async () => {
    const found = await examine(
      `(sound) => (event, context) => sound({ ...event, Records: event.Records?.map?.((record) => ({ ...record, attributes: { ...record.attributes, ApproximateReceiveCount: String(Number(record.attributes?.ApproximateReceiveCount) + 1) } })) }, context)`,
      "queue",
    );
    const sentences = found.map(({ sentence }) => sentence);
    expect(sentences).toContain("QUEUE 4: the attempt number MUST be the platform's, from 1; the last allowed one that fails is dead-lettered, one beyond is not run");
    expect(sentences.some((sentence) => sentence.startsWith("second-attempt:"))).toBe(true);
    expect(sentences.filter((sentence) => sentence.startsWith("HTTP"))).toEqual([]);
  });

  test("that acknowledges a failed invocation fails the requirement about what is not of this wire", async () => {
    const found = await examine(`(sound) => async (event, context) => { try { return await sound(event, context); } catch { return { batchItemFailures: [] }; } }`, "queue");
    expect(found.map(({ sentence }) => sentence.split(":")[0])).toContain("QUEUE 15");
  });

  test("that leaks an error's message fails the requirement about silence", async () => {
    const found = await examine(
      `(sound) => async (event, context) => { const answer = await sound(event, context); return answer.statusCode === 500 ? { ...answer, body: "Error: secret-detail at handler.js:1" } : answer; }`,
      "http",
    );
    expect(found.map(({ sentence }) => sentence.split(":")[0])).toEqual(["HTTP 42"]);
  });
});

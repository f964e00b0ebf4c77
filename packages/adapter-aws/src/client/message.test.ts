import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkMessage, type Outgoing } from "./message.ts";

const refused = (code: string, message: string) => expect.objectContaining({ name: "IsobarError", code, message });
const check = (message: Outgoing, limitBytes = 1_048_576) => () => checkMessage("SQS", message, limitBytes);
const isobar = (stringValue: string) => ({ isobar: { dataType: "String", stringValue } });

describe("a message has at most so many bytes, attributes counted in", () => {
  // "isobar" and "String" are 6 bytes each.
  test.each([
    ["a body", { body: "ab" }, 2],
    ["a body of two-byte characters", { body: "ää" }, 4],
    ["an attribute's name, type and value", { body: "a", attributes: isobar("{}") }, 15],
    ["a binary attribute by its bytes", { body: "a", attributes: { b: { dataType: "Binary", binaryValue: "AAECAw==" } } }, 1 + 1 + 6 + 4],
  ] as const)("%s", (_, message, bytes) => {
    expect(check(message, bytes)).not.toThrow();
    expect(check(message, bytes - 1)).toThrow(refused("payload-too-large", `SQS carries ${bytes - 1} bytes a message, attributes counted in; this one has ${bytes}`));
  });
});

describe("a message is text that the service would not change", () => {
  test.each([["\0", "U+0000"], ["a\u0008", "U+0008"], ["\u000b", "U+000B"], ["\u001f", "U+001F"], ["\ud800", "U+D800"], ["a\udfff", "U+DFFF"], ["\ufffe", "U+FFFE"], ["\uffff", "U+FFFF"]])("%j is refused by its number, and nothing else of it is told", (body, number) => {
    expect(check({ body })).toThrow(refused("send-failed", `SQS: the message has the character ${number}, which is not carried`));
  });
  test.each(["\t\n\r", " ~", "\u007f\u0085", "\ud7ff\ue000\ufffd", "\ufeff{}", "\u{10000}\u{10ffff}", "😀"])("%j is carried", (body) => {
    expect(check({ body })).not.toThrow();
  });
  test("an attribute's value is held to the same", () => {
    expect(check({ body: "{}", attributes: isobar("\uffff") })).toThrow(refused("send-failed", 'SQS: attribute "isobar" has the character U+FFFF, which is not carried'));
    expect(check({ body: "{}", attributes: isobar("") })).toThrow(refused("send-failed", 'SQS: attribute "isobar" is empty'));
  });
  test("there is no empty message", () => {
    expect(check({ body: "" })).toThrow(refused("send-failed", "SQS: the message is empty"));
  });
  test("what passes is UTF-8 that comes back the same, and no character that XML 1.0 has not", () => {
    const anything = fc.oneof(fc.string({ unit: "binary" }), fc.array(fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit))).map((units) => units.join("")));
    fc.assert(
      fc.property(anything, (body) => {
        const xml = [...body].every((character) => {
          const at = character.codePointAt(0)!;
          return at === 0x9 || at === 0xa || at === 0xd || (at >= 0x20 && at <= 0xd7ff) || (at >= 0xe000 && at <= 0xfffd) || at >= 0x10000;
        });
        const passes = (() => {
          try {
            checkMessage("SQS", { body }, 1_048_576);
            return true;
          } catch {
            return false;
          }
        })();
        expect(passes).toBe(xml && body !== "");
        if (passes) expect(Buffer.from(body, "utf8").toString("utf8")).toBe(body);
      }),
    );
  });
});

describe("a key and a deduplication id", () => {
  test.each(["a", "customer-42", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", "k".repeat(128)])("%j is one", (id) => {
    expect(check({ body: "a", groupId: id, deduplicationId: id })).not.toThrow();
  });
  test.each(["", "two words", "ü", "k".repeat(129), "a\n"])("%j is none", (id) => {
    expect(check({ body: "a", groupId: id })).toThrow(refused("send-failed", "SQS: the key is not 1 to 128 letters, digits and punctuation of ASCII"));
    expect(check({ body: "a", deduplicationId: id })).toThrow(refused("send-failed", "SQS: the deduplication id is not 1 to 128 letters, digits and punctuation of ASCII"));
  });
});

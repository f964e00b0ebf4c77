import { expect, test } from "vitest";
import { helpLines } from "./help.ts";

const help = "CONFIG  the configuration\n--cloud NAME,…  only these of its clouds, and of those only what is asked for\n\nA paragraph that is longer than a line of this terminal has, and goes on.";

test("options are told in a column beside their names, paragraphs in whole lines", () => {
  expect(helpLines(help, 60)).toEqual([
    "CONFIG          the configuration",
    "--cloud NAME,…  only these of its clouds, and of those only",
    "                what is asked for",
    "",
    "A paragraph that is longer than a line of this terminal has,",
    "and goes on.",
  ]);
});
test("a terminal with next to no room still has words", () => expect(helpLines("--a  one two three four five six seven eight nine ten", 10)).toEqual(["--a  one two three four five six seven eight", "     nine ten"]));

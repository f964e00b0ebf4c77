/** What whoever operates an app on this machine asks of it: its dead letters. */
import type { Operate } from "@isobar/core/plan";
import { deadLettersOn } from "./dead-letters.ts";

export const operate: Operate = (machine) => ({ deadLetters: deadLettersOn(machine) });

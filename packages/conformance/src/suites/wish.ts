/** What the suites send to the app's queues, and what came of it. */
import type { SeenEvent, Wish } from "../app/index.ts";
import type { WrittenEffect } from "../outbox.ts";

export const wish = (then: Wish["then"], n = 1): string => JSON.stringify({ then, n });
export const seenIn = (effects: readonly WrittenEffect[]): readonly SeenEvent[] => effects.filter(({ to }) => to.name === "seen").map(({ body }) => JSON.parse(body as string) as SeenEvent);
export const lettersIn = (effects: readonly WrittenEffect[]): readonly WrittenEffect[] => effects.filter((effect) => effect.do === "dead-letter");

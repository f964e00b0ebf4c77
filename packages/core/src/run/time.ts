let lastSecond: number | undefined;
let spelled = "";

/** Milliseconds since 1970 as `toISOString` spells them. Most of a batch was enqueued within one second, which is spelled once: it costs as much as the rest of an event. */
export function timeOf(ms: number): string {
  const second = Math.floor(ms / 1_000);
  if (second !== lastSecond) {
    spelled = new Date(second * 1_000).toISOString().slice(0, -"000Z".length);
    lastSecond = second;
  }
  return `${spelled}${String(Math.floor(ms) - second * 1_000).padStart(3, "0")}Z`;
}

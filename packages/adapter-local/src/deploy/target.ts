import type { App, Target } from "@isobar/core";

/** A target: one app on this machine. */
export function local(app: App): Target<Record<never, never>> {
  return { cloud: "local", app, settings: {} };
}

/** `ctx.secret`: what a function lists, read from the cloud's own store. */
import { IsobarError } from "../errors.ts";
import type { SecretPart } from "./context.ts";

/** Reads a secret from the cloud's store. In: its name in the app. */
export type ReadSecret = (name: string, signal: AbortSignal) => Promise<string>;

/** The part that an entry brings in, over one cloud's store. */
/* @__NO_SIDE_EFFECTS__ */
export const secretsBy = (read: ReadSecret): SecretPart => ({ name: by, lists, deadline }) => (name) =>
  lists?.secrets?.includes(name) ? read(name, deadline.signal) : Promise.reject(new IsobarError("invalid-definition", `${by} lists no secret ${JSON.stringify(name)} in its \`secrets\``));

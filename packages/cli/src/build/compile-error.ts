import { isAbsolute, relative, sep } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { IsobarError } from "@isobar/core";

interface BundlerError {
  readonly code?: string;
  readonly name?: string;
  readonly message: string;
  readonly id?: string;
  readonly loc?: { readonly line: number };
}

/** A file as its user knows it: from the app's folder. */
export const shown = (root: string, file: string): string => {
  const near = relative(root, file);
  return near === "" || isAbsolute(near) ? file : near.split(sep).join("/");
};
/** The user's own code; a package's is none of their business. */
export const isOwn = (file: string | undefined): boolean => file !== undefined && !file.includes("\0") && !file.includes(`${sep}node_modules${sep}`);

const said = (root: string, { code, name, message, id, loc }: BundlerError): string => {
  if (name === "IsobarError") return message;
  if (code === "INVALID_TLA_FORMAT")
    return `${id === undefined ? "a module" : shown(root, id)}${loc === undefined ? "" : `:${loc.line}`} awaits at its top level: this unit is bundled as CommonJS, which cannot; await inside the handler, or keep the promise and await that`;
  return stripVTControlCharacters(message).trim();
};

/** What the bundler threw, as `invalid-definition` with all of its errors, no colours and paths from `root`. */
export function compileError(root: string, thrown: unknown): IsobarError {
  const { errors } = thrown as { readonly errors?: readonly BundlerError[] };
  const all = errors?.length ? errors : [thrown instanceof Error ? thrown : { message: String(thrown) }];
  return new IsobarError("invalid-definition", all.map((error) => said(root, error)).join("\n"), { cause: thrown });
}

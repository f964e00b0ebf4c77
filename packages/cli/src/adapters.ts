/**
 * Adapters by the names of their clouds: cloud "x" is `@isobar/adapter-x` or anyone's package `isobar-adapter-x`, installed beside the app.
 * Its door `/deploy` exports `adapter`, `/testing` exports `wires` and `startUnit`, `/operate` exports `operate`, and `exports` in its package.json has the condition "default".
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { IsobarError } from "@isobar/core";
import type { RunningUnit, UnitToRun, Wire } from "@isobar/core/adapter";
import type { Adapter, Operate } from "@isobar/core/plan";

const packagesOf = (cloud: string): readonly string[] => [`@isobar/adapter-${cloud}`, `isobar-adapter-${cloud}`];

function doorOf(cloud: string, root: string, door: "deploy" | "testing" | "operate"): string {
  if (!/^[a-z][a-z0-9-]*$/.test(cloud)) throw new IsobarError("invalid-definition", `${JSON.stringify(cloud)} is no cloud's name: lower-case letters, digits and hyphens`);
  const { resolve } = createRequire(join(root, "package.json"));
  const causes: unknown[] = [];
  for (const each of packagesOf(cloud)) {
    try {
      return resolve(`${each}/${door}`);
    } catch (cause) {
      causes.push(cause);
    }
  }
  throw new IsobarError("invalid-definition", `no adapter for the cloud "${cloud}" is to be found from ${root}: install ${packagesOf(cloud).join(" or ")}`, { cause: new AggregateError(causes) });
}

/** The folder of this command, whose packages do where an app is not needed. */
const beside = fileURLToPath(new URL(".", import.meta.url));

/** In: the clouds, and the folder of the app that their packages are installed for. Throws `invalid-definition` for a cloud without an adapter. */
export async function loadAdapters(clouds: Iterable<string>, root: string): Promise<readonly Adapter[]> {
  return Promise.all(
    [...new Set(clouds)].map(async (cloud) => {
      const door = doorOf(cloud, root, "deploy");
      const { adapter } = (await import(/* @vite-ignore */ pathToFileURL(door).href)) as { readonly adapter?: Adapter };
      if (adapter?.cloud !== cloud || [adapter.units, adapter.entry, adapter.faults].some((each) => typeof each !== "function") || typeof adapter.triggers !== "object") throw new IsobarError("invalid-definition", `${door} exports no adapter for the cloud "${cloud}"`);
      return adapter;
    }),
  );
}

/** In: a cloud, and the folder of the app that its package is installed for. Throws `invalid-definition` for a cloud without an adapter, and for an adapter that answers for nothing after deployment. */
export async function loadOperate(cloud: string, root: string): Promise<Operate> {
  const deploy = doorOf(cloud, root, "deploy");
  let door: string;
  try {
    door = doorOf(cloud, root, "operate");
  } catch (cause) {
    throw new IsobarError("invalid-definition", `the adapter for the cloud "${cloud}" has no door "./operate" beside ${deploy}: what it deployed cannot be looked after from here`, { cause });
  }
  const { operate } = (await import(/* @vite-ignore */ pathToFileURL(door).href)) as { readonly operate?: Operate };
  if (typeof operate !== "function") throw new IsobarError("invalid-definition", `${door} exports no operate for the cloud "${cloud}"`);
  return operate;
}

/** The adapter of a cloud, from the first of these folders that it is installed for, or beside this command. Throws `invalid-definition` for a cloud without one. */
export async function nearestAdapter(cloud: string, folders: readonly string[]): Promise<Adapter> {
  const root = [...folders, beside].find((each) => {
    try {
      return doorOf(cloud, each, "deploy") !== "";
    } catch {
      return false;
    }
  });
  return (await loadAdapters([cloud], root ?? folders[0] ?? beside))[0]!;
}

/** The cloud's side of an adapter. */
export interface CloudDoor {
  readonly wires: readonly Wire[];
  readonly startUnit: (unit: UnitToRun) => Promise<RunningUnit>;
  /** The folder that the adapter was found from. */
  readonly root: string;
}
/**
 * In: a cloud, and the folder whose packages are looked at first; then those beside this command, since reading a payload needs no app.
 * Throws `invalid-definition` for a cloud without an adapter.
 */
export async function loadCloud(cloud: string, folder: string): Promise<CloudDoor> {
  let [door, root] = ["", folder];
  try {
    door = doorOf(cloud, folder, "testing");
  } catch (error) {
    try {
      [door, root] = [doorOf(cloud, beside, "testing"), beside];
    } catch {
      throw error;
    }
  }
  const { wires, startUnit } = (await import(/* @vite-ignore */ pathToFileURL(door).href)) as Partial<CloudDoor>;
  if (!Array.isArray(wires) || typeof startUnit !== "function") throw new IsobarError("invalid-definition", `${door} exports no wires and no runtime for the cloud "${cloud}"`);
  return { wires, startUnit, root };
}

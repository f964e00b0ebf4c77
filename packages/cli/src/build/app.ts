/** Builds an app: for each cloud its manifest, for each unit its bundle, what its platform wants beside it, and all of that as a zip. */
import { dirname, join, relative, sep } from "node:path";
import { IsobarError, type Target } from "@isobar/core";
import type { Adapter, DeployStep, Explained, Plan } from "@isobar/core/plan";
import { bundle, graphsOf } from "./bundle.ts";
import { fingerprintsIn, sha256, type Fingerprints } from "./fingerprint.ts";
import type { Built, BuildOptions } from "./index.ts";
import { cuttingFor, withInstalled } from "./installed.ts";
import type { Sources } from "./locate.ts";
import { contentOf, intact, readKept, writeKept, type Content, type KeptUnit } from "./kept.ts";
import { manifestsOf, type Composed } from "./manifests.ts";
import { openOutput, type Output } from "./output.ts";
import { eachInTurn, plannedUnits, type PlannedUnit } from "./units.ts";
import { zipOf } from "./zip.ts";

export interface BuiltUnit extends Built {
  /** Absolute: the unit's folder as one file. */
  readonly zip: string;
  readonly zipBytes: number;
  /** Whether its bundle is a former build's. */
  readonly unchanged: boolean;
}
/** One target's manifest as it lies in the output folder. */
export interface BuiltManifest {
  readonly cloud: string;
  readonly app: string;
  /** Absolute: where its commands are typed. */
  readonly folder: string;
  /** Paths in that folder; none of an adapter that composes no manifest. */
  readonly files: readonly string[];
  readonly explained: readonly Explained[];
  readonly steps: readonly DeployStep[];
  readonly deployer: readonly string[];
}
export interface BuiltApp {
  readonly manifests: readonly BuiltManifest[];
  readonly units: readonly BuiltUnit[];
  /** What a user should know of the build itself. */
  readonly notes: readonly string[];
}

const under = (root: string, path: string): string => relative(root, path).split(sep).join("/");
const encoded = (text: string): Content => contentOf(new TextEncoder().encode(text));

/** A bundle with what is to be known of it. */
interface Made {
  /** By path in the cloud's folder. */
  readonly files: Readonly<Record<string, Content>>;
  readonly fingerprint: string;
  readonly notes: readonly string[];
  readonly unchanged: boolean;
}
interface Work {
  readonly out: string;
  readonly root: string;
  readonly options: { readonly minify: boolean; readonly sourcemap: boolean };
  readonly fingerprints: Fingerprints;
  /** By cloud. */
  readonly kept: ReadonlyMap<string, ReturnType<typeof readKept>>;
}

/** A map has paths in it, from where it lies. */
const optionsOf = ({ root, options }: Work, { file }: PlannedUnit): object => (options.sourcemap ? { ...options, from: under(root, dirname(file)) } : options);

/** Units whose bundles lie there as they were made, from what there still is. */
async function unchanged(planned: readonly PlannedUnit[], work: Work): Promise<ReadonlyMap<PlannedUnit, Made>> {
  const { out, root, fingerprints, kept } = work;
  const candidates = planned.flatMap((each) => {
    const former = kept.get(each.cloud)?.units.get(each.unit.name);
    if (former === undefined) return [];
    const files = Object.entries(former.files).flatMap(([path, hash]) => {
      const content = intact(join(out, each.cloud), path, hash);
      return content === undefined ? [] : [[path, content] as const];
    });
    return files.length < Object.keys(former.files).length ? [] : [{ each, former, files: Object.fromEntries(files) }];
  });
  const found = new Map<PlannedUnit, Made>();
  for (const group of Map.groupBy(candidates, ({ each }) => JSON.stringify(each.entry.external)).values()) {
    const graphs = await graphsOf(group.map(({ each }) => each.entry), root);
    group.forEach(({ each, former, files }, i) => {
      const graph = graphs?.[i];
      if (graph !== undefined && fingerprints.of(each.entry, graph, optionsOf(work, each)) === former.fingerprint) found.set(each, { files, fingerprint: former.fingerprint, notes: former.notes, unchanged: true });
    });
  }
  return found;
}
async function made(each: PlannedUnit, work: Work): Promise<Made> {
  const { out, root, options, fingerprints } = work;
  const { code, map, notes, graph } = await bundle(each.entry, { root, file: each.file, ...options });
  const path = under(join(out, each.cloud), each.file);
  const files = { [path]: encoded(code), ...(map === undefined ? {} : { [`${path}.map`]: encoded(map) }) };
  return { files, fingerprint: fingerprints.of(each.entry, graph, optionsOf(work, each)), notes, unchanged: false };
}

/** Hands a unit's files over, and its zip: made again only where something in it is new. */
function deliver({ cloud, unit: { name, functions }, entry, file, notes: place }: PlannedUnit, { files, fingerprint, notes, unchanged: isOld }: Made, texts: Readonly<Record<string, string>>, output: Output, { out, kept }: Work): { readonly built: BuiltUnit; readonly keep: KeptUnit } {
  const folder = join(out, cloud);
  const own = Object.entries(texts).map(([path, text]) => [`${name}/${path}`, encoded(text)] as const);
  for (const [path, content] of Object.entries(files)) {
    if (isOld) output.keep(cloud, path, content.sha256);
    else output.put(cloud, path, content.read());
  }
  for (const [path, content] of own) output.put(cloud, path, content.read());
  const inside = [...Object.entries(files), ...own];
  const zipPath = `${name}.zip`;
  const of = sha256(JSON.stringify(inside.map(([path, content]) => [path, content.sha256]).sort()));
  const former = kept.get(cloud)?.units.get(name)?.zip;
  const old = former?.of === of ? intact(folder, zipPath, former.sha256) : undefined;
  const zip = old ?? contentOf(zipOf(Object.fromEntries(inside.map(([path, content]) => [path.slice(name.length + 1), content.read()]))));
  if (old === undefined) output.put(cloud, zipPath, zip.read());
  else output.keep(cloud, zipPath, old.sha256);
  return {
    built: { cloud, unit: name, functions, folder: dirname(file), entry: entry.file, bytes: files[under(folder, file)]!.bytes, text: entry.text, notes: [...place, ...notes], zip: join(folder, zipPath), zipBytes: zip.bytes, unchanged: isOld },
    keep: { fingerprint, files: Object.fromEntries(Object.entries(files).map(([path, content]) => [path, content.sha256])), notes, zip: { of, sha256: zip.sha256 } },
  };
}

/** The texts beside each unit's bundle, by cloud and unit. Throws `internal` for a unit that there is not. */
export function unitTexts(composed: readonly Composed[], planned: readonly PlannedUnit[], root: string): ReadonlyMap<PlannedUnit, Readonly<Record<string, string>>> {
  const cutting = cuttingFor(root);
  const known = new Set(planned.map(({ cloud, unit }) => `${cloud} ${unit.name}`));
  for (const { target: { cloud }, manifest } of composed)
    for (const name of Object.keys(manifest?.units ?? {})) if (!known.has(`${cloud} ${name}`)) throw new IsobarError("internal", `the manifest for ${cloud} has files of a unit "${name}", which there is not`);
  return new Map(planned.map((each) => {
    const own = composed.find(({ target: { cloud }, manifest }) => cloud === each.cloud && Object.hasOwn(manifest?.units ?? {}, each.unit.name))?.manifest?.units[each.unit.name] ?? {};
    return [each, withInstalled(each.unit.name, each.entry, own, cutting)];
  }));
}

/** What `buildApp` writes as text, without bundles: by cloud, by path in its folder. In and throws: as there. */
export function textsOf(targets: readonly Target[], adapters: readonly Adapter[], plans: readonly Plan[], sources: Sources): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const composed = manifestsOf(targets, adapters, plans, sources);
  const beside = [...unitTexts(composed, plannedUnits(targets, adapters, { sources, out: sources.root }), sources.root)];
  return Object.fromEntries([...new Set(targets.map(({ cloud }) => cloud))].map((cloud) => {
    const own = composed.flatMap(({ target, manifest }) => (target.cloud === cloud ? Object.entries(manifest?.files ?? {}) : []));
    const units = beside.flatMap(([each, texts]) => (each.cloud === cloud ? Object.entries(texts).map(([path, text]) => [`${each.unit.name}/${path}`, text] as const) : []));
    return [cloud, Object.fromEntries([...own, ...units])];
  }));
}

/**
 * In: planned targets, in order with their plans, of which nothing is refused. Out: what lies in the output folder. Everything is composed and bundled before anything is moved in place; a second build of the
 * same is the same to the byte. Throws `invalid-definition` and `unsupported`: what `plannedUnits`, `manifestsOf`, `bundle`, `withInstalled` and `Output` refuse.
 */
export async function buildApp(targets: readonly Target[], adapters: readonly Adapter[], plans: readonly Plan[], buildOptions: BuildOptions): Promise<BuiltApp> {
  const { sources, out, minify = false, sourcemap = false } = buildOptions;
  const planned = plannedUnits(targets, adapters, buildOptions);
  const composed = manifestsOf(targets, adapters, plans, sources);
  const texts = unitTexts(composed, planned, sources.root);
  const clouds = [...new Set(targets.map(({ cloud }) => cloud))];
  const kept = new Map(clouds.map((cloud) => [cloud, readKept(join(out, cloud))]));
  const work: Work = { out, root: sources.root, options: { minify, sourcemap }, fingerprints: fingerprintsIn(sources.root), kept };

  const output = openOutput(out);
  try {
    for (const { target: { cloud }, manifest } of composed) for (const [path, text] of Object.entries(manifest?.files ?? {})) output.put(cloud, path, text);
    const old = await unchanged(planned, work);
    const delivered = await eachInTurn(planned, async (each) => deliver(each, old.get(each) ?? (await made(each, work)), texts.get(each)!, output, work));
    const notes = output.commit();
    for (const cloud of clouds) writeKept(join(out, cloud), new Map(planned.flatMap((each, i) => (each.cloud === cloud ? [[each.unit.name, delivered[i]!.keep] as const] : []))));
    return {
      manifests: composed.map(({ target: { cloud, app }, manifest }) => {
        const { files = {}, explained = [], steps = [], deployer = [] } = manifest ?? {};
        return { cloud, app: app.name, folder: join(out, cloud), files: Object.keys(files), explained, steps, deployer };
      }),
      units: delivered.map(({ built }) => built),
      notes: [
        ...composed.flatMap(({ target: { cloud }, manifest }) => (manifest === undefined ? [`the adapter for ${cloud} composes no manifest: units alone are built`] : [])),
        ...clouds.flatMap((cloud) => (kept.get(cloud)!.damaged ? [`what was kept of former builds for ${cloud} is damaged: everything is built anew`] : [])),
        ...notes,
      ],
    };
  } catch (error) {
    output.drop();
    throw error;
  }
}

/** What is published: the packed tarballs, as a user would install them. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, describe, expect, test } from "vitest";

const packages = fileURLToPath(new URL("../packages/", import.meta.url));
const names = ["core", "adapter-aws", "adapter-azure", "adapter-gcp", "adapter-local", "conformance", "simulator", "cli"] as const;
const out = mkdtempSync(join(tmpdir(), "isobar-pack-"));
afterAll(() => rmSync(out, { recursive: true, force: true }));

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}
const packed = new Map<string, Promise<Packed>>();
const pack = (name: string) =>
  packed.get(name) ??
  packed.set(name, promisify(execFile)("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", out], { cwd: join(packages, name), timeout: 60_000 }).then(({ stdout }) => {
    const answer = JSON.parse(stdout.slice(stdout.indexOf("["))) as readonly Packed[];
    return answer[0]!;
  })).get(name)!;

describe.each(names)("%s", (name) => {
  test("publint finds nothing wrong with it", async () => {
    const { messages, pkg } = await publint({ pkgDir: join(packages, name), strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test("its types resolve from the tarball for everyone who imports ESM", async () => {
    const { filename } = await pack(name);
    const result = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(join(out, filename)))));
    // ESM only: Node 22 and 24 can `require` it, and resolvers older than `exports` are not supported.
    const accepted = ["CJSResolvesToESM", "NoResolution"];
    const problems = result.types ? result.problems.filter((problem) => !accepted.includes(problem.kind) || ("resolutionKind" in problem && problem.kind === "NoResolution" && problem.resolutionKind !== "node10")) : [];
    expect(problems).toEqual([]);
  });

  test("the tarball holds what it exports, and no sources, tests or stray files", async () => {
    const { files } = await pack(name);
    const paths = files.map(({ path }) => path);
    const { exports, bin = {} } = JSON.parse(readFileSync(join(packages, name, "package.json"), "utf8")) as { exports: Record<string, Record<string, string>>; bin?: Record<string, string> };
    const promised = [...Object.values(exports).flatMap((each) => Object.values(each)), ...Object.values(bin)].map((path) => path.replace("./", ""));
    expect(promised.filter((path) => !paths.includes(path))).toEqual([]);
    expect(paths.filter((path) => !/^(?:bin\/|dist\/|fixtures\/|package\.json$|README\.md$|LICENSE$)/.test(path) || path.includes(".test."))).toEqual([]);
  });
});

test("every door of every package can be imported", async () => {
  for (const name of names) {
    const { exports } = JSON.parse(readFileSync(join(packages, name, "package.json"), "utf8")) as { exports: Record<string, unknown> };
    for (const door of Object.keys(exports)) {
      // The suites register themselves with the runner that imports them; outside of it there is nothing to import.
      const module: object = (await import(`@isobar/${name}${door.slice(1)}`)) as object;
      expect(module).toBeTypeOf("object");
    }
  }
});

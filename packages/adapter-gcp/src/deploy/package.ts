/** What lies beside a unit's bundle, and from which the platform installs what the bundle leaves to it. */
import type { App } from "@isobar/core";
import { manifestText } from "@isobar/core/plan";

/** The framework has the registry of functions: a bundle with a copy of its own would register where nobody looks. */
export const framework = "@google-cloud/functions-framework";
/** The version that conformance runs on. */
export const frameworkVersion = "5.0.5";
export const packageOf = ({ name: app }: App, unit: string): string => manifestText({ name: `${app}-${unit.toLowerCase()}`, version: "1.0.0", private: true, main: "index.cjs", dependencies: { [framework]: frameworkVersion } });

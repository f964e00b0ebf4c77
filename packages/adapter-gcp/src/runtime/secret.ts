/** Secrets, each in a variable of the unit's environment: Cloud Run reads it from Secret Manager when an instance starts. https://cloud.google.com/run/docs/configuring/services/secrets */
import { IsobarError, secretsBy, type ReadSecret, type SecretPart } from "@isobar/core/adapter";

/** In: a secret's name in the app. Out: the variable that holds its value. */
export const secretVariable = (name: string): string => `ISOBAR_SECRET_${name.toUpperCase().replaceAll("-", "_")}`;

/** Rejects with `internal` where the variable is not set. */
export const readSecret: ReadSecret = (name) => {
  const value = process.env[secretVariable(name)];
  return value === undefined ? Promise.reject(new IsobarError("internal", `the environment has no ${secretVariable(name)}, which holds the secret ${JSON.stringify(name)}`)) : Promise.resolve(value);
};
/** What entries wire in for functions with `secrets`. */
export const secret: SecretPart = /* @__PURE__ */ secretsBy(readSecret);

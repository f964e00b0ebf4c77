/** Secrets, each in a variable of the unit's environment: the host puts the value of a Key Vault reference there when an instance starts, and a rotated one within a day. https://learn.microsoft.com/azure/app-service/app-service-key-vault-references */
import { IsobarError, secretsBy, type ReadSecret, type SecretPart } from "@isobar/core/adapter";

/** In: a secret's name in the app. Out: the variable that holds its value. */
export const secretVariable = (name: string): string => `ISOBAR_SECRET_${name.toUpperCase().replaceAll("-", "_")}`;
/** What a reference that cannot be resolved is left as, in the place of the value. */
const unresolved = "@Microsoft.KeyVault(";

/** Rejects with `internal` where the variable is not set, and where the host could not resolve its reference. */
export const readSecret: ReadSecret = (name) => {
  const variable = secretVariable(name);
  const value = process.env[variable];
  if (value === undefined) return Promise.reject(new IsobarError("internal", `the environment has no ${variable}, which holds the secret ${JSON.stringify(name)}`));
  if (value.startsWith(unresolved)) return Promise.reject(new IsobarError("internal", `${variable} holds a reference that the host could not resolve: the vault has no secret ${JSON.stringify(name)}, or the app's identity may not read it, or its network does not reach the vault`));
  return Promise.resolve(value);
};
/** What entries wire in for functions with `secrets`. */
export const secret: SecretPart = /* @__PURE__ */ secretsBy(readSecret);

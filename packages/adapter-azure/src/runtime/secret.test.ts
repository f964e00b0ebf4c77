import { afterEach, expect, test, vi } from "vitest";
import { readSecret } from "./secret.ts";

afterEach(() => void vi.unstubAllEnvs());
const { signal } = new AbortController();
const fault = (message: string) => expect.objectContaining({ code: "internal", message });

test("a secret is what the host put into its variable", async () => {
  vi.stubEnv("ISOBAR_SECRET_STRIPE_KEY", "s-1");
  expect(await readSecret("stripe-key", signal)).toBe("s-1");
  vi.stubEnv("ISOBAR_SECRET_STRIPE_KEY", "");
  expect(await readSecret("stripe-key", signal)).toBe("");
});
test("one that is not there is a fault that names the variable", () => expect(readSecret("stripe-key", signal)).rejects.toThrow(fault('the environment has no ISOBAR_SECRET_STRIPE_KEY, which holds the secret "stripe-key"')));
test("a reference that was not resolved is no value, and is not told", async () => {
  vi.stubEnv("ISOBAR_SECRET_STRIPE_KEY", "@Microsoft.KeyVault(SecretUri=https://shop.vault.azure.net/secrets/stripe-key/)");
  await expect(readSecret("stripe-key", signal)).rejects.toThrow(fault('ISOBAR_SECRET_STRIPE_KEY holds a reference that the host could not resolve: the vault has no secret "stripe-key", or the app\'s identity may not read it, or its network does not reach the vault'));
});

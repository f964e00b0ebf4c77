import { afterEach, expect, test, vi } from "vitest";
import { readSecret } from "./secret.ts";

afterEach(() => void vi.unstubAllEnvs());
const { signal } = new AbortController();

test("a secret is what Cloud Run put into its variable", async () => {
  vi.stubEnv("ISOBAR_SECRET_STRIPE_KEY", "s-1");
  expect(await readSecret("stripe-key", signal)).toBe("s-1");
  vi.stubEnv("ISOBAR_SECRET_STRIPE_KEY", "");
  expect(await readSecret("stripe-key", signal)).toBe("");
});
test("one that is not there is a fault that names the variable", () => expect(readSecret("stripe-key", signal)).rejects.toThrow(expect.objectContaining({ code: "internal", message: 'the environment has no ISOBAR_SECRET_STRIPE_KEY, which holds the secret "stripe-key"' })));

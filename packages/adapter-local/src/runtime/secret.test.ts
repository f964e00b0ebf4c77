import { afterEach, expect, test } from "vitest";
import { readSecret } from "./secret.ts";

afterEach(() => void delete process.env.ISOBAR_SECRET_STRIPE_KEY);
const { signal } = new AbortController();

test("a secret is read from its variable each time it is asked for", async () => {
  process.env.ISOBAR_SECRET_STRIPE_KEY = "s-1";
  expect(await readSecret("stripe-key", signal)).toBe("s-1");
  process.env.ISOBAR_SECRET_STRIPE_KEY = "";
  expect(await readSecret("stripe-key", signal)).toBe("");
});
test("one that is not set is a fault that names the variable", () => expect(readSecret("stripe-key", signal)).rejects.toThrow(expect.objectContaining({ code: "internal", message: 'the environment has no ISOBAR_SECRET_STRIPE_KEY, which holds the secret "stripe-key"' })));

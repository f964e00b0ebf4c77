import { expect, test } from "vitest";
import { accountStem, appPart, behindPrefix, deploymentName, eventSubscription, hostName, readerName, shortened } from "./names.ts";

const long = "sendOrderConfirmationEmailsToEverybodyWhoAskedForThem";
test("a name that fits stays, a longer one is cut and has a hash of the whole behind it", () => {
  expect([shortened("charge", 6), shortened("charges", 6), shortened(long, 50), shortened("a-b-c-d-e-f-g", 12)]).toEqual(["charge", "7e2a34", "sendOrderConfirmationEmailsToEverybodyWhoAs-7db899", "a-b-c-483fef"]);
  expect(shortened(`${long}a`, 50)).not.toBe(shortened(`${long}b`, 50));
});
test("a host has letters, digits and hyphens alone; what another name was its hash tells", () => {
  expect([hostName("charge-card", 25), hostName("back_office", 25), hostName("back.office", 25), hostName("-x-", 25), hostName("ü", 25)]).toEqual(["charge-card", "back-office-4e2dc6", "back-office-5bac7b", "x-c6cf95", "607474"]);
});
test("what the world shares begins with app and stage, and leaves room for them", () => {
  expect([behindPrefix("Microsoft.Web/sites", long).length, behindPrefix("Microsoft.EventGrid/topics", long).length, behindPrefix("Microsoft.Web/sites", "charge")]).toEqual([25, 15, "charge"]);
  expect([appPart("shop"), appPart("a-very-long-name-of-an-app").length]).toEqual(["shop", 16]);
  expect(deploymentName("back_office", "secrets")).toBe("[concat(variables('prefix'), '-back-office-4e2dc6.secrets')]");
});
test("a storage account's name begins with lower-case letters and digits, and leaves thirteen characters", () => expect([accountStem("chargeCard"), accountStem("back-office.2"), accountStem(long)]).toEqual(["chargecard", "backoffice2", "sendorderco"]));
test("subscriptions and readers have names of their services' lengths", () => expect([eventSubscription("charge"), eventSubscription("x".repeat(60)).length, readerName("charge"), readerName("x".repeat(60)).length]).toEqual(["isobar-charge", 64, "charge", 50]));

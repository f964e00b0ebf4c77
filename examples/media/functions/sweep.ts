import { schedule } from "@isobar/core";
import { sweepDelivery as delivery } from "../delivery.js";
import { deleteEmptyAlbums } from "../services.js";

/** At night where the library's people live, whatever the season. */
export const sweep = schedule("30 3 * * *", { delivery, zone: "Europe/Berlin", timeout: "2m" }, async ({ data }, ctx) => {
  const deleted = await deleteEmptyAlbums(new Date(data.scheduledTime), { signal: ctx.signal });
  ctx.log.info("swept", { deleted });
});

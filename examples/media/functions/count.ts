import { batched, stream } from "@isobar/core";
import { countDelivery as delivery } from "../delivery.js";
import { views } from "../media.js";
import { addViews } from "../services.js";

/** Writes once for each photo of a batch, not once for each view. */
export const count = stream(views, { delivery, batch: { maxSize: 100 } }, batched(async (events) => {
  for (const [photo, seen] of Map.groupBy(events, ({ data }) => data.value.photo)) addViews(photo, seen.length);
}));

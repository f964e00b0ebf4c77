import { bus } from "@isobar/core";
import { royaltiesDelivery as delivery } from "../delivery.js";
import { agencies, Sale } from "../media.js";
import { book } from "../services.js";

export const royalties = bus(agencies, { delivery, sources: ["agency"], detailTypes: ["photo.sold"], detail: Sale }, ({ id, data: { detail } }) => book(id, detail.cents));

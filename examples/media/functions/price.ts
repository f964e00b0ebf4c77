import { call } from "@isobar/core";
import * as z from "zod";
import { priceDelivery as delivery } from "../delivery.js";

const License = z.object({ width: z.number().int().positive(), years: z.number().int().min(1).max(10) });

/** What a licence costs. Other services of the library ask for it and wait. */
export const price = call({ delivery, payload: License }, ({ data: { width, years } }) => ({ cents: Math.ceil(width / 100) * 25 * years }));

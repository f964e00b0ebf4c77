import { logs } from "@isobar/core";
import { watchDelivery as delivery } from "../delivery.js";
import { access } from "../media.js";

/** Counts what was refused. */
export const watch = logs(access, { delivery }, ({ data: { resource, entries } }, ctx) => {
  const refused = entries.filter(({ message }) => message.includes(" 403 ")).length;
  if (refused > 0) ctx.log.warn("refused requests", { resource, refused });
});

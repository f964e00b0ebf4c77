import { changes } from "@isobar/core";
import { coverDelivery as delivery } from "../delivery.js";
import { albums } from "../media.js";
import { forgetAlbum, setCover } from "../services.js";

/** Keeps each album's cover. Albums are marked as deleted before they are, for not every cloud tells of a deletion. */
export const cover = changes(albums, { delivery }, ({ time, data: { key, after } }) => {
  const [album, photo] = [String(key["id"]), after?.["cover"]];
  if (after === undefined || after["deleted"] === true) forgetAlbum(album);
  else if (typeof photo === "string") setCover(album, { photo, at: time === undefined ? Date.now() : Date.parse(time) });
});

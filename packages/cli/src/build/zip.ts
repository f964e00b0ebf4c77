/** Zips that are the same to the byte for the same files. Deflated in JavaScript: Node's zlib gives other bytes on other processors and in other versions. */
import { zipSync } from "fflate";

/** The earliest year that a zip can say. fflate writes the local time of its date: a date that is made of local time reads the same in every zone. */
const time = (): Date => new Date(1980, 0, 1, 12);
/** Made on Unix, a regular file that everyone may read: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT 4.4.2.2; the mode is in the upper half. */
const unix = 3;
const mode = 0o100644;

/** In: contents by path, slashes between. Out: the zip's bytes; files by name, whatever order they came in. */
export function zipOf(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const sorted = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  return zipSync(Object.fromEntries(sorted.map(([path, bytes]) => [path, [bytes, { level: 9, mtime: time(), os: unix, attrs: (mode << 16) >>> 0 }]])));
}

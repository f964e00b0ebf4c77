/** Stands in for what a photo library calls: an image service, a search index, a provider of mail and a ledger. What they were asked is kept in memory. */
import type { Rendition } from "./media.js";

interface Options {
  /** Aborts at the handler's deadline. */
  readonly signal: AbortSignal;
}
interface Cover {
  readonly photo: string;
  /** When it became the cover, in milliseconds since 1970. */
  readonly at: number;
}
const [rendered, indexed, mailed, covers, counts, paid] = [new Set<string>(), new Set<string>(), new Set<string>(), new Map<string, Cover>(), new Map<string, number>(), new Map<string, number>()];

/** Renders a photo at most `quality` percent true. Rejects for a photo that is broken, and with the signal's reason at the deadline. */
export async function renderPhoto({ photo, width }: Rendition, { signal, quality }: Options & { readonly quality: number }): Promise<void> {
  signal.throwIfAborted();
  if (photo.startsWith("broken-")) throw new Error(`${photo} cannot be decoded`);
  rendered.add(`${photo} ${width} ${quality}`);
}
/** Puts a photo into the search index, or takes it out. */
export async function indexPhoto(photo: string, { signal, key, gone }: Options & { readonly key: string; readonly gone: boolean }): Promise<void> {
  signal.throwIfAborted();
  if (key === "") throw new Error("the search index wants a key");
  if (gone) indexed.delete(photo);
  else indexed.add(photo);
}
/** Out: how long to wait where the provider has had enough of us for now, in seconds; nothing where the mail is on its way. */
export async function mail(photo: string, { signal, key, idempotencyKey }: Options & { readonly key: string; readonly idempotencyKey: string }): Promise<{ readonly waitSeconds: number } | undefined> {
  signal.throwIfAborted();
  if (key === "") throw new Error("the mail provider wants a key");
  if (photo.startsWith("busy-")) return { waitSeconds: 90 };
  mailed.add(idempotencyKey);
  return undefined;
}
/** Passes over what is older than what is known: changes may come in any order. */
export function setCover(album: string, cover: Cover): void {
  if (cover.at >= (covers.get(album)?.at ?? 0)) covers.set(album, cover);
}
export const forgetAlbum = (album: string): void => void covers.delete(album);
export const addViews = (photo: string, views: number): void => void counts.set(photo, (counts.get(photo) ?? 0) + views);
/** Books a sale once for each key. */
export const book = (key: string, cents: number): void => void paid.set(key, cents);
/** Out: how many albums without a photo were deleted before `time`. */
export async function deleteEmptyAlbums(_time: Date, { signal }: Options): Promise<number> {
  signal.throwIfAborted();
  return 0;
}

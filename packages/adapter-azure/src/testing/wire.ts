/** A wire whose events are settled, from its parts. */
import type { AsynchronousKind, ToldOf } from "@isobar/core";
import type { Item, MessageSide, Rendered, Rules, Seen, Unsure, Wire } from "@isobar/core/adapter";
import { enter } from "./enter.ts";
import { asRegistered, received, type Form } from "./received.ts";
import type { NativeInvocation, TypedData } from "./rpc.ts";

interface Parts<K extends AsynchronousKind> {
  readonly variant: string;
  readonly service: string;
  readonly form: Form;
  readonly codec: { decode(native: unknown): { readonly items: readonly Item<ToldOf<K>>[] } };
  readonly side: MessageSide<ToldOf<K>>;
  /** Absent where no app is deployed behind it. */
  readonly rules?: (rendered: Rendered, unsure?: Unsure) => Rules;
  readonly decodesOnly?: string;
}
export const wireOf = <K extends AsynchronousKind>(kind: K, { form, codec, ...parts }: Parts<K>): Wire<K> => ({
  kind,
  ...parts,
  ...(parts.rules === undefined ? {} : { enter }),
  decode: (captured) => ({ items: codec.decode(received(captured, form)).items }),
  native: (captured) => asRegistered(captured, form),
});

export const json = (value: unknown): TypedData => ({ json: JSON.stringify(value) });
/** Of a native that is fabricated; `undefined` where it has none. */
export const metadataOf = (native: unknown): NonNullable<NativeInvocation["triggerMetadata"]> => (native as Partial<NativeInvocation>).triggerMetadata ?? {};
export const fateOf = (seen: Seen): "done" | "again" => ("returned" in seen ? "done" : "again");
/** A single dispatch. Throws RangeError for more messages than one. */
export function alone<M>(messages: readonly M[]): M {
  const [message, second] = messages;
  if (message === undefined || second !== undefined) throw new RangeError(`${messages.length} messages in a single dispatch`);
  return message;
}

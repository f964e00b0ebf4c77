/** What the bench and its workers say to each other over IPC. One reply for each request. */
export type Ask = { readonly do: "answer" } | { readonly do: "slot"; readonly ms: number };
export interface Slot {
  readonly calls: number;
  readonly ns: number;
}
export type Reply = { readonly answer: unknown } | { readonly slot: Slot } | { readonly failed: string };

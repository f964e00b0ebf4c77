/** What the local broker keeps its queues in, for the command line and for a harness. */
export { openStore, type NewMessage, type QueueCounts, type Store, type StoredMessage } from "./store.ts";

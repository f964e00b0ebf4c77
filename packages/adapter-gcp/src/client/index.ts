/** A thin client of Pub/Sub: the run time's outbox and the command line use it. */
export { pubsub, type Publishable, type Pubsub, type PubsubOptions, type ReceivedMessage } from "./pubsub.ts";
export { metadataToken, token, type Token } from "./token.ts";

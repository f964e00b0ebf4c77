/** The only file that names a cloud. */
import { aws } from "@isobar/adapter-aws/deploy";
import { azure } from "@isobar/adapter-azure/deploy";
import { gcp } from "@isobar/adapter-gcp/deploy";
import app from "./app.js";

export default [
  aws(app, { region: "eu-central-1", functions: { render: { reservedConcurrency: 20 } } }),
  azure(app, {
    existing: { vault: "media-library" },
    functions: {
      // The change feed tells of no deletion and of no state before: albums are marked as deleted first, and `cover` looks at nothing but the latest state.
      cover: { accept: ["images"] },
      // A price is the same whoever asks.
      price: { accept: ["caller"] },
    },
  }),
  gcp(app, {
    region: "europe-west3",
    functions: {
      // Eventarc hands changes over in any order: `cover` passes over what is older than what it has seen.
      cover: { accept: ["order"] },
      // A subscription waits by its own backoff, not as long as the mail provider asks for: mail that is refused five times within three minutes becomes a dead letter.
      notify: { accept: ["retryAfter"] },
    },
  }),
];

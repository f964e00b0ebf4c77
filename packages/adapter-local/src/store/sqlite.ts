/** The file: Node's own SQLite, opened so that several processes share it and what was committed stays. */
import type { DatabaseSync } from "node:sqlite";
import { IsobarError } from "@isobar/core/adapter";

/**
 * Node's module, loaded when it is first asked for. Node 22 warns that it is experimental as soon as it is loaded, and Node 24 no longer does (tried on 22.23.3 and 24.21.0): that
 * one warning is kept out of users' output, every other passes. Throws `unsupported` where Node has no such module: before 22.13 it is behind a flag
 * (https://nodejs.org/api/sqlite.html, history).
 */
function sqlite() {
  const { emitWarning } = process;
  process.emitWarning = ((warning: string | Error, type?: unknown, ...rest: never[]) => {
    if (type !== "ExperimentalWarning" || !String(warning).startsWith("SQLite")) emitWarning(warning, type as string, ...rest);
  }) as typeof emitWarning;
  try {
    const found = process.getBuiltinModule("node:sqlite");
    if ((found as unknown) === undefined) throw new IsobarError("unsupported", `the local store needs Node 22.13 or later, for node:sqlite; this is ${process.version}`);
    return found;
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** "ISOB" in the header of the file (https://www.sqlite.org/pragma.html#pragma_application_id), so that no other program's file is written to. */
const applicationId = 0x49534f42;
const version = 1;
/** How long a process waits while another one writes. */
const busyMs = 5_000;

/**
 * Texts are bytes here: Node 22 reads text up to its first NUL. `placed_at` and `seq` are a message's place in its queue, `visible_at` is when it may be handed over; a receipt is
 * there from a hand-over until it is settled.
 */
const schema = `
  CREATE TABLE store (created_at INTEGER NOT NULL, sent INTEGER NOT NULL) STRICT;
  CREATE TABLE message (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    id TEXT NOT NULL,
    is_text INTEGER NOT NULL,
    body BLOB NOT NULL,
    attribute BLOB,
    key BLOB,
    told BLOB,
    enqueued_at INTEGER NOT NULL,
    placed_at INTEGER NOT NULL,
    visible_at INTEGER NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0,
    receipt TEXT UNIQUE
  ) STRICT;
  CREATE INDEX message_place ON message (queue, placed_at, seq);
  CREATE INDEX message_key ON message (queue, key) WHERE key IS NOT NULL;
  CREATE TABLE subscription (topic TEXT NOT NULL, function TEXT NOT NULL, PRIMARY KEY (topic, function)) STRICT, WITHOUT ROWID;
  CREATE TABLE duplicate (channel TEXT NOT NULL, id BLOB NOT NULL, message TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (channel, id)) STRICT, WITHOUT ROWID;
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${version};
`;

/** All of it or nothing, with no other process in between. */
export function whole<T>(db: DatabaseSync, work: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const done = work();
    db.exec("COMMIT");
    return done;
  } catch (error) {
    try {
      db.exec("ROLLBACK");
    } catch {
      // After a full disk, say, SQLite has rolled back by itself (https://www.sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction); the first error is the one to tell.
    }
    throw error;
  }
}

/** Opens a store's file, and makes it where there is none. `now`: milliseconds since 1970. Throws `unsupported` for a file of another kind or version, and an Error with its name for one that SQLite cannot open. */
export function opened(file: string, now: number): DatabaseSync {
  const { DatabaseSync } = sqlite();
  try {
    return prepared(new DatabaseSync(file), file, now);
  } catch (cause) {
    throw cause instanceof IsobarError ? cause : new Error(`the local store ${file}: ${(cause as Error).message}`, { cause });
  }
}

function prepared(db: DatabaseSync, file: string, now: number): DatabaseSync {
  const told = (pragma: string): unknown => Object.values(db.prepare(`PRAGMA ${pragma}`).get()!)[0];
  const refused = (why: string) => new IsobarError("unsupported", `${file} ${why}`);
  try {
    db.exec(`PRAGMA busy_timeout = ${busyMs}`);
    whole(db, () => {
      const empty = Object.values(db.prepare("SELECT count(*) FROM sqlite_schema").get()!)[0] === 0;
      if (empty) {
        db.exec(schema);
        db.prepare("INSERT INTO store VALUES (?, 0)").run(now);
      } else if (told("application_id") !== applicationId) throw refused("is a database, and no local store");
      else if (told("user_version") !== version) throw refused(`is a local store of version ${String(told("user_version"))}; this one reads version ${version}`);
    });
    // Readers do not stop the writer, and a commit is on the disk before it is reported: https://www.sqlite.org/pragma.html#pragma_synchronous
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The services' end of the client, for tests: a server on 127.0.0.1 that answers what it is told to, and a clock that stands. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "@isobar/core/adapter";

export interface Seen {
  /** "POST /orders/messages" */
  readonly what: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}
/** `reset`: the connection goes. `half`: it goes in the middle of an answer. `silence`: nothing comes. */
export type Act = Answer | "reset" | "half" | "silence";

export interface Service {
  /** http://127.0.0.1:… */
  readonly endpoint: string;
  readonly seen: readonly Seen[];
  /** Once a connection went away before its request was answered. */
  readonly gone: Promise<void>;
  close(): Promise<void>;
}
/** Answers in turn, the last answer for ever. `heard`: hears of each request, and may answer it itself. */
export async function openService(acts: readonly Act[] = [{ status: 201 }], heard: (seen: Seen) => Act | undefined = () => undefined): Promise<Service> {
  const seen: Seen[] = [];
  const gone = Promise.withResolvers<void>();
  let answered = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => {
      const now: Seen = { what: `${request.method} ${request.url}`, headers: request.headers as Readonly<Record<string, string>>, body: Buffer.concat(chunks).toString() };
      seen.push(now);
      response.on("close", () => void (response.writableFinished || gone.resolve()));
      const act = heard(now) ?? acts[Math.min(answered++, acts.length - 1)]!;
      if (act === "silence") return;
      if (act === "reset") return void request.socket.resetAndDestroy();
      if (act === "half") return void response.writeHead(200, { "content-length": 100 }).write("<", () => request.socket.destroy());
      response.writeHead(act.status ?? 200, act.headers).end(act.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    gone: gone.promise,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export interface StandingClock extends Clock {
  /** Milliseconds since 1970. */
  time: number;
  /** The waits between tries that were asked for, in their order; each is over at once. */
  readonly waitsMs: readonly number[];
  /** The time limits that run. */
  readonly limitsMs: () => readonly number[];
  /** All time limits are up. */
  expire(): void;
}
/** Stands at 2030-01-01T00:00:00Z until it is told otherwise. What is shorter than five seconds is a wait, the rest time limits. */
export function standingClock(): StandingClock {
  const waitsMs: number[] = [];
  const limits = new Map<() => void, number>();
  const clock: StandingClock = {
    time: 1_893_456_000_000,
    waitsMs,
    limitsMs: () => [...limits.values()],
    now: () => clock.time,
    after(ms, then) {
      if (ms >= 5_000) {
        limits.set(then, ms);
        return () => void limits.delete(then);
      }
      waitsMs.push(ms);
      const timer = setImmediate(then);
      return () => clearImmediate(timer);
    },
    expire() {
      const due = [...limits.keys()];
      limits.clear();
      for (const then of due) then();
    },
  };
  return clock;
}

/** Bodies as they were sent. The framework would parse them first: it inflates, refuses JSON that is no object or list with a page of its own, and keeps no copy. */
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, Server } from "node:http";
import type { Wiring } from "@isobar/core/adapter";

let subscribed = false;

/**
 * Keeps the framework's parsers away from every request of its server: they go by `request.headers["content-type"]`, which node:http tells
 * us of before it emits the request (https://nodejs.org/api/diagnostics_channel.html#http). `rawHeaders` keep it, and are what our codec
 * reads. The user's own servers are left alone: the framework's is the first that takes a request. An entry whose clock is a simulator's is
 * called without the framework, in a process whose servers are none of its own.
 */
export function keepBodies({ clock }: Pick<Wiring, "clock"> = {}): void {
  if (subscribed || clock !== undefined) return;
  subscribed = true;
  let front: Server | undefined;
  subscribe("http.server.request.start", (message) => {
    const { request, server } = message as { readonly request: IncomingMessage; readonly server: Server };
    front ??= server;
    if (server === front) delete request.headers["content-type"];
  });
}

/**
 * What a service in front of a queue or a function changes: an event that it is not let deliver is left in its own dead letter, or lost. Rules: delivery-semantics §12, 6: a hop has delivered once the queue has the
 * message, or Lambda has taken the event; it never hears what the function said. Refused by a policy, it does not try again: https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html · EventBridge and
 * Scheduler likewise (delivery-semantics §1.8). Deliveries that come later or twice are Lambda's and SQS's own, and modelled there. Filters are not: what passes them by mistake the run time acknowledges.
 */
import type { Broker, Rendered, Rules, Unsure } from "@isobar/core/adapter";
import { hopsOf, isLetIn } from "../../deploy/deliveries.ts";

type Making = (rendered: Rendered, unsure?: Unsure) => Rules;

/** The rules of a path that begins with other services. `rules`: of what they deliver to. */
export const behindHops = (rules: Making): Making => (rendered, unsure) => {
  const { resources } = rendered;
  const { hosting, open } = rules(rendered, unsure);
  const refused = hopsOf(resources).find((hop) => !isLetIn(resources, hop, hop.to));
  const kept = refused !== undefined && isLetIn(resources, refused, refused.deadLetter) ? refused.deadLetter : undefined;
  return {
    hosting,
    open(world): Broker {
      const broker = open(world);
      if (refused === undefined) return broker;
      const why = `${refused.name} is not let in to ${refused.to ?? "its target"}`;
      return { ...broker, publish: (message) => world.moved(message, kept === undefined ? "discarded" : { queue: kept }, why) };
    },
  };
};

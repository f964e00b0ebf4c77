/**
 * What calls a function that follows a Firestore database: Eventarc posts to the unit's relay, which publishes to a topic of its own, which pushes; `direct`: Eventarc, which retries by its own rules for 24
 * hours. https://cloud.google.com/firestore/docs/extend-with-functions-2nd-gen
 */
import { approximated, exact, type Binding, type Rendered, type TriggerPlan } from "@isobar/core/plan";
import { assessEventarc, eventAccount, renderEventarc } from "../../deploy/eventarc.ts";
import { functionKey } from "../../deploy/function.ts";
import { assessInside, renderInside } from "../../deploy/inside.ts";
import { addressOf, ownTopicOf, type PushSettings } from "../../deploy/push.ts";
import { labelOf, literal, mostId, nameWithin, ref, type Resource } from "../../deploy/resources.ts";
import { relayChannel, relayPath } from "./codec.ts";

export interface ChangesSettings extends PushSettings {
  readonly variant?: "eventarc-pubsub" | "direct";
  /** It has to be there already. Default "(default)". */
  readonly database?: string;
  /** Where it lies, as Eventarc wants to know: "eur3". Default: the target's region. */
  readonly databaseLocation?: string;
  /** Which documents, as Eventarc spells it. Default: those of the collection that the table is named after. */
  readonly documents?: string;
}
type ChangesBinding = Binding<"changes", ChangesSettings>;
const variantOf = ({ variant = "eventarc-pubsub" }: ChangesSettings) => variant;

/** Created, updated and deleted: which it was, the documents before and after say. */
const type = "google.cloud.firestore.document.v1.written";
const filtersOf = ({ fn, settings: { database = "(default)", documents = `${fn.source.name}/{document}` } }: ChangesBinding): readonly Resource[] => [
  { attribute: "database", value: literal(database) },
  { attribute: "document", value: literal(documents), operator: "match-path-pattern" },
];
const locationOf = ({ settings: { databaseLocation } }: ChangesBinding): string => (databaseLocation === undefined ? "${var.region}" : literal(databaseLocation));
const order = (instead: string) => approximated("Eventarc hands changes over in any order, also those of one document, and drops what it could not hand over in 24 hours", instead);
const nearest = "`time` of the change, by which the function may pass over what is older than what it has seen";

function renderRelayed(binding: ChangesBinding) {
  const { name, app } = binding;
  const [topicKey, topic] = ownTopicOf(app, name, "relay");
  const { email, receives, resources } = eventAccount(app, name);
  const trigger = {
    name: nameWithin(mostId, app, name.toLowerCase()),
    location: locationOf(binding),
    matching_criteria: [{ attribute: "type", value: type }, ...filtersOf(binding)],
    event_data_content_type: "application/protobuf",
    destination: { cloud_run_service: { service: ref(functionKey(name), "name"), region: "${var.region}", path: relayPath } },
    service_account: email,
    depends_on: [receives],
  };
  const rendered = renderInside(binding, "changes", topicKey, {
    resources: { [topicKey]: topic, ...resources, [`google_eventarc_trigger.${labelOf(name)}`]: trigger },
    ordered: false,
    grants: [{ actions: ["roles/pubsub.publisher"], on: topicKey, for: "the relay" }],
    environment: { [addressOf(relayChannel.resource, relayChannel.name)]: ref(topicKey) },
  });
  return { ...rendered, writes: true } satisfies Rendered;
}

export const changesPlan: TriggerPlan<"changes", ChangesSettings> = {
  variant: variantOf,
  assess: (binding) => ({
    ...(variantOf(binding.settings) === "direct" ? assessEventarc(binding, { instead: "eventarc-pubsub", order: order(nearest), once: true }) : assessInside(binding, order(nearest))),
    images: exact({}, "an event has the document before and after"),
  }),
  render: (binding) => (variantOf(binding.settings) === "direct" ? renderEventarc(binding, "changesDirect", type, filtersOf(binding), { region: locationOf(binding) }) : renderRelayed(binding)),
};

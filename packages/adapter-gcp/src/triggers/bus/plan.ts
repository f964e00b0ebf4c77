/** What calls a bus function on Google Cloud: a Pub/Sub push subscription to CloudEvents; `direct`: triggers of an Eventarc channel, which retry by their own rules for 24 hours. */
import { exact, timeoutOf, unsupported, type Binding, type TriggerPlan } from "@isobar/core/plan";
import { assessEventarc, eventAccount } from "../../deploy/eventarc.ts";
import { capacityOf, functionKey, functionResource, nativeSeconds } from "../../deploy/function.ts";
import { assessPubsub, renderPubsub } from "../../deploy/pubsub.ts";
import { topicOf, type PushSettings } from "../../deploy/push.ts";
import { labelOf, literal, mostId, nameWithin, ref, type Resources } from "../../deploy/resources.ts";

export interface BusSettings extends PushSettings {
  readonly variant?: "pubsub" | "direct";
}
const variantOf = ({ variant = "pubsub" }: BusSettings) => variant;

/** One trigger for each type of event: https://cloud.google.com/eventarc/docs/third-parties/create-triggers */
function renderDirect(binding: Binding<"bus", BusSettings>) {
  const { name, app, fn } = binding;
  const { source, options: { detailTypes = [], timeout } } = fn;
  const { email, receives, resources } = eventAccount(app, name);
  const channel = `google_eventarc_channel.${labelOf(source.name, "bus")}`;
  const triggers = Object.fromEntries(
    detailTypes.map((type, i) => [
      `google_eventarc_trigger.${labelOf(name, String(i + 1))}`,
      {
        name: nameWithin(mostId, app, name.toLowerCase(), String(i + 1)),
        location: "${var.region}",
        channel: ref(channel),
        matching_criteria: [{ attribute: "type", value: literal(type) }],
        destination: { cloud_run_service: { service: ref(functionKey(name), "name"), region: "${var.region}" } },
        service_account: email,
        depends_on: [receives],
      },
    ]),
  );
  return {
    maker: "busDirect",
    resources: { [channel]: { name: nameWithin(mostId, app, source.name), location: "${var.region}" }, [functionKey(name)]: functionResource(capacityOf(binding), nativeSeconds(timeoutOf(timeout))), ...resources, ...triggers } satisfies Resources,
    grants: [],
  };
}

export const busPlan: TriggerPlan<"bus", BusSettings> = {
  variant: variantOf,
  assess(binding) {
    if (variantOf(binding.settings) === "pubsub") return assessPubsub(binding);
    const assessment = assessEventarc(binding, { instead: "pubsub", order: exact(), once: false });
    if (binding.fn.options.detailTypes?.[0] !== undefined) return assessment;
    return { ...assessment, attempts: unsupported("a trigger hears of one type of event, and no types are named: none would arrive", 'detailTypes, or the variant "pubsub"') };
  },
  render(binding) {
    if (variantOf(binding.settings) === "direct") return renderDirect(binding);
    const [key, topic] = topicOf(binding.app, "bus", binding.fn.source.name);
    return renderPubsub(binding, "bus", key, { resources: { [key]: topic } });
  },
};

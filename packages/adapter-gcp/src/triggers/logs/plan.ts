/** What calls a logs function on Google Cloud: a sink of Cloud Logging by way of Pub/Sub, whose attempts are made inside the push. */
import type { LogsFunction } from "@isobar/core";
import { exact, type Binding, type TriggerPlan } from "@isobar/core/plan";
import { functionKey } from "../../deploy/function.ts";
import { assessInside, renderInside } from "../../deploy/inside.ts";
import { topicOf, type PushSettings } from "../../deploy/push.ts";
import { labelOf, literal, nameWithin, ref } from "../../deploy/resources.ts";

export interface LogsSettings extends PushSettings {
  readonly variant?: "sink-pubsub";
  /** Which entries, in Logging's query language. Default: those of the project's log of that name. Consumers of one log have one filter. */
  readonly filter?: string;
}
type LogsBinding = Binding<"logs", LogsSettings>;

const consumersOf = ({ app, fn }: LogsBinding): readonly string[] => Object.entries(app.functions).flatMap(([name, each]) => (each.kind === "logs" && (each as LogsFunction).source.name === fn.source.name ? [name] : []));
/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.sinks#LogSink */
const mostSinkName = 100;
/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry: a log's id is what follows "logs/" in its name. */
const filterOf = ({ fn, settings: { filter } }: LogsBinding): string => (filter === undefined ? `log_id("${fn.source.name}")` : literal(filter));

export const logsPlan: TriggerPlan<"logs", LogsSettings> = {
  variant: ({ variant = "sink-pubsub" }) => variant,
  assess: (binding) => assessInside(binding, exact()),
  render(binding) {
    const { app, fn } = binding;
    const [key, topic] = topicOf(app, "log", fn.source.name);
    const label = labelOf(fn.source.name, "log");
    const sink = `google_logging_project_sink.${label}`;
    // A function that reads its own log lines writes some more with each.
    const exclusions = consumersOf(binding).map((name) => ({ name: name.toLowerCase(), filter: `resource.type="cloud_run_revision" AND resource.labels.service_name="${ref(functionKey(name), "name")}"` }));
    const resources = {
      [key]: topic,
      [sink]: { name: nameWithin(mostSinkName, app, fn.source.name), destination: `pubsub.googleapis.com/${ref(key)}`, filter: filterOf(binding), unique_writer_identity: true, exclusions },
      // https://cloud.google.com/logging/docs/export/configure_export_v2#dest-auth
      [`google_pubsub_topic_iam_member.${label}`]: { topic: ref(key), role: "roles/pubsub.publisher", member: ref(sink, "writer_identity") },
    };
    return renderInside(binding, "logs", key, { resources, ordered: false });
  },
};

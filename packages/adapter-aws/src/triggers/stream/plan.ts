/** What calls a stream function on AWS: Kinesis through an event source mapping. Kafka is decoded, and deployed by no app of ours. */
import { unsupported, type Assessment, type Binding } from "@isobar/core/plan";
import { assessPositions, kinesisReads, kinesisSource, kinesisStream, renderPositions, type KinesisSettings } from "../../deploy/positions.ts";
import { getAtt, logicalId } from "../../deploy/resources.ts";
import type { FromExisting } from "../../deploy/settings.ts";
import { planBy } from "../../deploy/variants.ts";

export interface StreamSettings extends KinesisSettings {
  /** `kafka` is decoded only: a plan refuses it. */
  readonly variant?: "kinesis";
}

const noCluster = unsupported("an app of ours has no Kafka cluster: it stands in a network of its own, which no manifest of ours describes", "the default variant, kinesis");
const noKafka = { attempts: noCluster, backoff: noCluster, retryAfter: noCluster, maxAge: noCluster, deadLetter: noCluster, order: noCluster, batch: noCluster, timeout: noCluster, saturation: noCluster, identity: noCluster, isolation: noCluster } satisfies Assessment<"stream">;
/** Not among the variants that a target may name; it has a maker for captured invocations. */
const kafka = { assess: () => noKafka, render: () => ({ maker: "streamKafka", resources: {}, grants: [] }) };
const kinesis = {
  assess: (binding: Binding<"stream", StreamSettings & FromExisting>) => assessPositions(binding, kinesisSource(binding.settings)),
  render(binding: Binding<"stream", StreamSettings>) {
    const { name } = binding.fn.source;
    const stream = logicalId(name, "Stream");
    return renderPositions(binding, "stream", { stream: getAtt(stream), reads: { actions: kinesisReads, on: stream }, resources: { [stream]: kinesisStream({ stream: name }, binding.settings) } });
  },
};
const paths = { kinesis, kafka };
export const streamPlan = planBy<"stream", StreamSettings>("stream", "kinesis", paths);

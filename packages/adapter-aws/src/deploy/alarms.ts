/** An alarm on every queue in which messages end. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
import type { Fragment } from "./parts.ts";
import { getAtt, type Named, type Resource } from "./resources.ts";
import type { AgreedUnit, Composition } from "./units.ts";

const alarmOf = (queue: string, { Metadata }: Resource, notify: readonly string[]): Named => [
  `${queue}Alarm`,
  {
    Type: "AWS::CloudWatch::Alarm",
    ...(Metadata === undefined ? {} : { Metadata }),
    Properties: {
      AlarmDescription: "a message was given up: it lies in this queue",
      Namespace: "AWS/SQS",
      MetricName: "ApproximateNumberOfMessagesVisible",
      Dimensions: [{ Name: "QueueName", Value: getAtt(queue, "QueueName") }],
      Statistic: "Maximum",
      Period: 300,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: "GreaterThanThreshold",
      // A queue that nobody uses is not measured.
      TreatMissingData: "notBreaching",
      ...(notify.length === 0 ? {} : { AlarmActions: notify }),
    },
  },
];
/** Fragments with alarms for the dead letters that they hold: a channel's where it is one's dead letter, and what services could not deliver. Not for queues that are there already, and not for what is discarded. */
export function alarmFragments({ settings: { alarms = { notify: [] }, existing: { queues = {} } = {} } }: Composition, units: readonly AgreedUnit[], fragments: readonly Fragment[]): readonly Fragment[] {
  if (alarms === false) return [];
  const letters = new Set(units.flatMap(({ needs }) => needs.deadLetters.map(({ name }) => name)));
  const ends = (id: string, { Type, Metadata: { Isobar: { queue, discards } } = { Isobar: {} } }: Resource): boolean =>
    Type === "AWS::SQS::Queue" && discards === undefined && (queue === undefined ? id.endsWith("Undelivered") : letters.has(queue) && !Object.hasOwn(queues, queue));
  return fragments.flatMap((each) => {
    const own = Object.entries(each.resources).filter(([id, resource]) => ends(id, resource)).map(([id, resource]) => alarmOf(id, resource, alarms.notify));
    return own.length === 0 ? [] : [{ ...each, resources: Object.fromEntries(own) }];
  });
}

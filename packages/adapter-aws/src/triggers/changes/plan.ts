/** What calls a changes function on AWS: a DynamoDB stream through an event source mapping. */
import { approximated, exact, unsupported, type Binding, type TriggerPlan, type Verdict } from "@isobar/core/plan";
import { assessPositions, renderPositions, type PositionSettings, type PositionSource } from "../../deploy/positions.ts";
import { getAtt, logicalId, type Named } from "../../deploy/resources.ts";
import type { ExistingTable, FromExisting } from "../../deploy/settings.ts";
import { planBy } from "../../deploy/variants.ts";

/** A key attribute: a text, a number or bytes. */
export interface KeyAttribute {
  readonly name: string;
  readonly type: "S" | "N" | "B";
}
export interface ChangesSettings extends PositionSettings {
  /** There is nothing to choose. */
  readonly variant?: "dynamodb-streams";
  /** The table's partition key. Default: a text named "id". */
  readonly partitionKey?: KeyAttribute;
  readonly sortKey?: KeyAttribute;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html: 24 hours, and nothing to choose. */
const source: PositionSource = { service: "DynamoDB", retentionHours: 24 };
/** "No more than two processes at most should be reading from the same stream shard at the same time", ibid. */
const mostReaders = 2;

function tableOf({ fn: { source: { name } }, settings: { partitionKey = { name: "id", type: "S" }, sortKey } }: Binding<"changes", ChangesSettings>): Named {
  const keys = sortKey === undefined ? [partitionKey] : [partitionKey, sortKey];
  return [
    logicalId(name, "Table"),
    {
      Type: "AWS::DynamoDB::Table",
      Metadata: { Isobar: { table: name } },
      Properties: {
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: keys.map((key) => ({ AttributeName: key.name, AttributeType: key.type })),
        KeySchema: keys.map((key, i) => ({ AttributeName: key.name, KeyType: i === 0 ? "HASH" : "RANGE" })),
        StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
      },
    },
  ];
}

/** Of a table that is there already only its owner knows what its stream carries. */
function images({ fn, settings: { existing } }: Binding<"changes", FromExisting>): Verdict {
  const both = "NEW_AND_OLD_IMAGES";
  if (existing === undefined) return exact({ "AWS::DynamoDB::Table StreamSpecification.StreamViewType": both });
  if ((existing as ExistingTable).streamViewType === both) return exact({}, `the table "${fn.source.name}" is another's, whose stream carries both, as the target says`);
  return approximated(`the table "${fn.source.name}" is another's, and this plan cannot see what its stream carries`, `streamViewType: "${both}" beside its ARN, if that is what it carries`);
}

export const changesPlan: TriggerPlan<"changes", ChangesSettings> = planBy<"changes", ChangesSettings>("changes", "dynamodb-streams", {
  "dynamodb-streams": {
    assess(binding: Binding<"changes", ChangesSettings & FromExisting>) {
      const { app, fn } = binding;
      const readers = Object.entries(app.functions).flatMap(([name, each]) => (each.kind === "changes" && each.source.name === fn.source.name ? [name] : []));
      const shared = assessPositions(binding, source);
      return {
        ...shared,
        isolation: readers.length > mostReaders ? unsupported(`a shard of a DynamoDB stream has two readers at most, and ${readers.join(", ")} follow "${fn.source.name}"`, "two functions on this table, one of which sends to a topic that the others hear") : shared.isolation,
        images: images(binding),
      };
    },
    render(binding: Binding<"changes", ChangesSettings>) {
      const [table, resource] = tableOf(binding);
      // https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
      return renderPositions(binding, "changes", { stream: getAtt(table, "StreamArn"), reads: { actions: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"], on: table }, resources: { [table]: resource } });
    },
  },
});

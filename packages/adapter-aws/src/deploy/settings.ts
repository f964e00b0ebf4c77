/** What a target says of units and of what is there already. */

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const retentionDays = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653] as const;

/** A network that is there already. */
export interface Network {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}
/** What may be said of all units at once, or of one function; functions of one unit agree. */
export interface UnitSettings {
  /** Default "arm64". */
  readonly architecture?: "arm64" | "x86_64";
  /** How long a unit's log is kept. Default 30. */
  readonly logRetentionDays?: (typeof retentionDays)[number];
  /** Whether X-Ray traces it. Default true. */
  readonly tracing?: boolean;
  /** Subnets and security groups that it runs in, with the way out that they have. Default: none of yours. */
  readonly network?: Network;
}
/** What may be said of one function, whatever starts it. */
export interface FunctionSettings extends UnitSettings {
  /** Instances kept for this function alone, out of the account's. Default: none are reserved. */
  readonly reservedConcurrency?: number;
  /** Instances that are kept warm, and paid for. Its front ends and mappings then call an alias, `live`, of its last version. Default: none. */
  readonly provisionedConcurrency?: number;
}

export interface ExistingQueue {
  readonly arn: string;
  readonly url: string;
}
export interface ExistingTable {
  /** Of its stream. */
  readonly streamArn: string;
  /** What its stream carries; a plan cannot look. */
  readonly streamViewType?: "NEW_AND_OLD_IMAGES";
}
/** Resources that are referenced instead of created, by the channels' names. Their settings are their owners': what the plan relies on it then says, and cannot see. */
export interface Existing {
  readonly queues?: Readonly<Record<string, ExistingQueue>>;
  /** ARNs. */
  readonly topics?: Readonly<Record<string, string>>;
  /** Names. A function that hears of their objects is refused: plain CloudFormation gives no notification to a bucket of another stack. */
  readonly buckets?: Readonly<Record<string, string>>;
  /** Names, or ARNs; "default" is the account's own, where AWS's services publish. */
  readonly buses?: Readonly<Record<string, string>>;
  readonly tables?: Readonly<Record<string, ExistingTable>>;
  /** ARNs of Kinesis streams. */
  readonly streams?: Readonly<Record<string, string>>;
  /** Names of log groups. */
  readonly logs?: Readonly<Record<string, string>>;
  /** Names or ARNs in Secrets Manager, by the secrets' names in the app. Default: a secret's name is "<app>-<stage>/<name>". */
  readonly secrets?: Readonly<Record<string, string>>;
}
/** What a plan knows of its function's source, where that is there already: written by `aws()` for those kinds whose promises depend on it. */
export interface FromExisting {
  readonly existing?: ExistingQueue | ExistingTable | string;
}

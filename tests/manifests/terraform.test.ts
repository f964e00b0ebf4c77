/** The checker of Terraform JSON against a good configuration, against the 18 faults that manifests-and-packaging §4 lists, and those of our own rules; and Terraform itself where it is there. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { terraformFaults } from "./check/terraform.ts";
import { missingTerraform, terraformSays } from "./check/terraform-cli.ts";
import { missing } from "./check/vendor.ts";
import { drop, edited, placesOf, rename, replace, set } from "./edit.ts";
import { terraformSample as sample } from "./samples/terraform.ts";

const why = missing();
if (why !== undefined) console.log(`Terraform JSON is not checked: ${why}`);
const whyNoCli = why ?? missingTerraform();
if (whyNoCli !== undefined) console.log(`Terraform itself is not asked: ${whyNoCli}`);

const of = (address: string, more = "") => `resource/${address.replace(".", "/")}${more}`;
const charge = of("google_cloudfunctions2_function.charge");
const subscription = of("google_pubsub_subscription.charge");
type Edits = Parameters<typeof edited>[1] | readonly Parameters<typeof edited>[1][];
const cases = (...all: readonly (readonly [fault: string, edits: Edits, sentences: readonly string[], terraform?: string])[]) => all.map(([fault, edits, sentences, terraform]) => [fault, [edits].flat(), sentences, terraform] as const);

/** The fault, what our checker says of it, and a part of what `terraform validate` says; nothing where it is the provider's code that would, which is not there. */
const listed = cases(
  ["1 an unknown attribute", set(`${subscription}/ack_deadline`, 60), ["resource.google_pubsub_subscription.charge.ack_deadline: google_pubsub_subscription has no such attribute and no such block"], "Extraneous JSON object property"],
  ["2 an unknown attribute in a block", rename(`${charge}/service_config/timeout_seconds`, "timeout"), ["resource.google_cloudfunctions2_function.charge.service_config.timeout: service_config has no such attribute and no such block"], "Extraneous JSON object property"],
  ["3 a required attribute that is missing", drop(`${subscription}/topic`), ["resource.google_pubsub_subscription.charge: topic is missing"], 'The argument "topic" is required'],
  ["4 a wrong type", set(`${subscription}/ack_deadline_seconds`, "a minute"), ["resource.google_pubsub_subscription.charge.ack_deadline_seconds: is a string, not a number"], "a number is required"],
  ["5 an unknown resource", rename("resource/google_pubsub_subscription_iam_member", "google_pubsub_subscription_iam_members"), ["resource.google_pubsub_subscription_iam_members.charge: the provider has no resource type google_pubsub_subscription_iam_members"], "does not support resource type"],
  ["6 a reference to nothing", set(`${subscription}/topic`, "${google_pubsub_topic.order.id}"), ["resource.google_pubsub_subscription.charge.topic: there is no resource google_pubsub_topic.order"], "Reference to undeclared resource"],
  ["7 an attribute that is none in a reference", set(`${subscription}/topic`, "${google_pubsub_topic.orders.ids}"), ["resource.google_pubsub_subscription.charge.topic: google_pubsub_topic.orders has no attribute ids"], "Unsupported attribute"],
  ["8 blocks without an index", set(`${subscription}/push_config/push_endpoint`, "${google_cloudfunctions2_function.charge.service_config.uri}"), ["resource.google_pubsub_subscription.charge.push_config.push_endpoint: service_config is a list of blocks: [0] is missing before uri"], "is represented by a list of objects"],
  ["9 two blocks where there is one", set(`${subscription}/retry_policy`, [{ minimum_backoff: "10s" }, { minimum_backoff: "20s" }]), ["resource.google_pubsub_subscription.charge.retry_policy: 2 blocks, 1 at most"], "Too many retry_policy blocks"],
  ["10 a circle", set(`${charge}/description`, "${google_pubsub_subscription.charge.name}"), ["google_cloudfunctions2_function.charge → google_pubsub_subscription.charge → google_cloudfunctions2_function.charge wait for each other"], "Cycle"],
  ["11 a broken expression", set(`${subscription}/topic`, "${google_pubsub_topic.orders.id"), ['resource.google_pubsub_subscription.charge.topic: "${google_pubsub_topic.orders.id" has an interpolation that is not closed'], "Unclosed template interpolation sequence"],
  ["12 a variable that is not declared", set(`${charge}/location`, "${var.regions}"), ["resource.google_cloudfunctions2_function.charge.location: there is no variable regions"], "Reference to undeclared input variable"],
  ["13 an unknown function", set(`${subscription}/name`, "${uppercase(var.stage)}"), ["resource.google_pubsub_subscription.charge.name: there is no function uppercase"], "Call to unknown function"],
  ["14 an attribute that is the provider's to set", set(`${charge}/url`, "mine"), ["resource.google_cloudfunctions2_function.charge.url: is the provider's to set", "resource.google_cloudfunctions2_function.charge.url: is the service's to set (@google-cloud/functions)"]],
  ["15 a block that is missing", drop(of("google_storage_bucket.source", "/lifecycle_rule/0/condition")), ["resource.google_storage_bucket.source.lifecycle_rule[0]: the block condition is missing"], "Insufficient condition blocks"],
  ["16 a value that is none of an enum", set(`${charge}/service_config/ingress_settings`, "ALLOW_INTERNAL"), ['resource.google_cloudfunctions2_function.charge.service_config.ingress_settings: "ALLOW_INTERNAL" is not ALLOW_ALL, ALLOW_INTERNAL_ONLY or ALLOW_INTERNAL_AND_GCLB (@google-cloud/functions)']],
  ["17 a deadline out of range", set(`${subscription}/ack_deadline_seconds`, 9999), ["resource.google_pubsub_subscription.charge.ack_deadline_seconds: 9999 is not 10 to 600 (googleapis google/pubsub/v1/pubsub.proto)"]],
  ["18 a runtime that is none", set(`${charge}/build_config/runtime`, "nodejs99"), ['resource.google_cloudfunctions2_function.charge.build_config.runtime: "nodejs99" is not nodejs22 or nodejs24 (docs.cloud.google.com/functions/docs/runtime-support, and what Isobar runs on)']],
);

describe.skipIf(why !== undefined)("Terraform JSON", () => {
  test("a good configuration has no fault", () => {
    expect(terraformFaults(sample)).toEqual([]);
  });
  describe("the faults of manifests-and-packaging §4", () => {
    test.each(listed)("%s", (_, edits, sentences) => {
      expect(terraformFaults(edited(sample, ...edits))).toEqual(sentences);
    });
  });

  describe("the skeleton", () => {
    test.each(cases(
      ["another section", set("module", {}), ["module: no section, terraform, provider, variable, locals, data, resource or output"]],
      ["a provider without its source", drop("terraform/required_providers/google/source"), ["terraform.required_providers.google: source is missing"]],
      ["a provider that is not required", set("provider/random", {}), ["provider.random: is not among required_providers"]],
      ["a type of variable that is none", set("variable/stage/type", "text"), ['variable.stage.type: "text" is no type']],
      ["a name that begins with a digit", rename("output/charge", "1st"), ["output.1st: a name is letters, digits, _ and -, no digit first"]],
      ["an output without a value", drop("output/charge/value"), ["output.charge: value is missing"]],
      ["a section that is a list", set("output", []), ["output: is a list, not an object"]],
      ["a resource that is a list", set(of("google_pubsub_topic.orders"), []), ["resource.google_pubsub_topic.orders: is a list, not an object", "resource.google_pubsub_topic.orders: name is missing"]],
      ["names of a type that are a list", set("resource/google_pubsub_topic_iam_member", []), ["resource.google_pubsub_topic_iam_member: is a list, not an object", "resource.google_storage_notification.uploads.depends_on[0]: there is no resource google_pubsub_topic_iam_member.uploads"]],
      ["a version that is a list", set("terraform/required_version", []), ["terraform.required_version: is a list, not a string"]],
      ["a constraint of versions that is none", set("terraform/required_providers/google/version", "6.x"), ['terraform.required_providers.google.version: "6.x" is no constraint of versions']],
      ["a source that is none", set("terraform/required_providers/google/source", "google"), ['terraform.required_providers.google.source: "google" is no namespace and type']],
      ["a type without names", set("resource/google_pubsub_schema", {}), ["resource.google_pubsub_schema: has no names"]],
      ["no provider", drop("provider/google"), ["provider: has no names"]],
      ["a default of another type", set("variable/instances/default", "five"), ["variable.instances.default: is a string, not a number"]],
      ["a provider that is a text", set("provider/google", "mine"), ["provider.google: is a string, not a block"]],
      ["an argument of the second provider that is none", set("provider/google", [{ project: "a" }, { alias: "b", projects: "b" }]), ["provider.google[1].projects: the provider has no such attribute and no such block"]],
      ["an argument of the provider that is none", set("provider/google/zones", "a"), ["provider.google.zones: the provider has no such attribute and no such block"]],
    ))("%s", (_, edits, sentences) => {
      expect(terraformFaults(edited(sample, ...edits))).toEqual(sentences);
    });
    test("no configuration at all", () => {
      expect([terraformFaults([]), terraformFaults({})]).toEqual([["the configuration is a list, not an object"], ["terraform: is missing", "terraform.required_providers: google is missing"]]);
    });
  });

  describe("expressions and what they name", () => {
    test.each(cases(
      ["traffic that goes to a subnetwork by no word of the provider's", set(`${charge}/service_config/direct_vpc_egress`, "ALL_TRAFFIC"), ['resource.google_cloudfunctions2_function.charge.service_config.direct_vpc_egress: "ALL_TRAFFIC" is not VPC_EGRESS_ALL_TRAFFIC or VPC_EGRESS_PRIVATE_RANGES_ONLY (docs.cloud.google.com/functions/docs/running/direct-vpc)']],
      ["a local that is none", set(`${charge}/name`, "${local.prefixes}-charge"), ["resource.google_cloudfunctions2_function.charge.name: there is no local prefixes"]],
      ["a data source that is not declared", drop("data/google_storage_project_service_account"), ["resource.google_pubsub_topic_iam_member.uploads.member: there is no resource data.google_storage_project_service_account.this"]],
      ["an attribute of a data source that is none", replace(of("google_pubsub_topic_iam_member.failed", "/member"), "this.number", "this.numbers"), ["resource.google_pubsub_topic_iam_member.failed.member: data.google_project.this has no attribute numbers"]],
      ["an item of what is one", set(`${subscription}/topic`, "${google_pubsub_topic.orders[0].id}"), ["resource.google_pubsub_subscription.charge.topic: google_pubsub_topic.orders is one and has no items"]],
      ["one of many without an index", set(of("google_pubsub_topic.orders", "/count"), 2), ["resource.google_pubsub_subscription.charge.topic: google_pubsub_topic.orders are many: an index is missing behind it", "resource.google_cloud_scheduler_job.nightly.pubsub_target.topic_name: google_pubsub_topic.orders are many: an index is missing behind it", "output.topics.value: google_pubsub_topic.orders are many: an index is missing behind it"]],
      ["each without for_each", set(`${charge}/description`, "${each.key}"), ["resource.google_cloudfunctions2_function.charge.description: each is for resources with for_each"]],
      ["something behind a string", set(`${subscription}/topic`, "${google_pubsub_topic.orders.id.name}"), ["resource.google_pubsub_subscription.charge.topic: a string has nothing in it"]],
      ["an item of a set of blocks", set("output/charge/value", "${google_cloudfunctions2_function.follow.event_trigger[0].event_filters[0].value}"), ["output.charge.value: event_filters is a set of blocks, which have no order"]],
      ["depends_on of nothing", set(of("google_storage_notification.uploads", "/depends_on/0"), "google_pubsub_topic_iam_member.upload"), ["resource.google_storage_notification.uploads.depends_on[0]: there is no resource google_pubsub_topic_iam_member.upload"]],
      ["an expression that goes on after its end", set(`${charge}/name`, "${var.stage var.region}"), ['resource.google_cloudfunctions2_function.charge.name: "${var.stage var.region}" goes on with "var" after its end']],
      ["a quote that is not closed", set(`${charge}/name`, '${upper("x)}'), ['resource.google_cloudfunctions2_function.charge.name: "${upper(\\"x)}" has a quote that is not closed']],
      ["a list where a string is due", set(`${subscription}/topic`, "${google_cloudfunctions2_function.charge.service_config}"), ['resource.google_pubsub_subscription.charge.topic: "${google_cloudfunctions2_function.charge.service_config}" gives a list, not a string']],
      ["a text where a number is due", set(`${subscription}/ack_deadline_seconds`, "${var.instances}0"), ['resource.google_pubsub_subscription.charge.ack_deadline_seconds: "${var.instances}0" gives a string, not a number']],
      ["a number as a text", set(`${subscription}/ack_deadline_seconds`, "60"), ["resource.google_pubsub_subscription.charge.ack_deadline_seconds: is a string, not a number"]],
      ["a time that is another one at every plan", set(`${charge}/description`, "${timestamp()}"), ["resource.google_cloudfunctions2_function.charge.description: timestamp gives something else every time"]],
      ["a default that is no constant", set("variable/stage/default", "${var.region}"), ["variable.stage.default: a default is a constant"]],
      ["a directive", set(`${charge}/description`, "%{ if true }a%{ endif }"), ['resource.google_cloudfunctions2_function.charge.description: "%{ if true }a%{ endif }" has a directive, which is not generated and not read here']],
      ["an escape that is none", set(`${charge}/description`, '${upper("\\d")}'), ['resource.google_cloudfunctions2_function.charge.description: "${upper(\\"\\\\d\\")}" has an escape that is none, \\d']],
      ["a mark that is none", set(`${charge}/description`, "${var.stage # x}"), ['resource.google_cloudfunctions2_function.charge.description: "${var.stage # x}" cannot be read from "# x}" on']],
      ["a bracket that is not closed", set(`${charge}/description`, "${upper(var.stage}"), ['resource.google_cloudfunctions2_function.charge.description: "${upper(var.stage}" has its end where "," is due']],
      ["a dot without a name", set(`${charge}/description`, "${var.}"), ['resource.google_cloudfunctions2_function.charge.description: "${var.}" has its end where a name is due']],
      ["an operator without its other side", set(`${charge}/description`, "${1 +}"), ['resource.google_cloudfunctions2_function.charge.description: "${1 +}" has its end where a value is due']],
      ["for without in", set(`${charge}/description`, "${[for a of [] : a]}"), ['resource.google_cloudfunctions2_function.charge.description: "${[for a of [] : a]}" has a for without in']],
      ["a path that is none", set(`${charge}/description`, "${path.here}"), ["resource.google_cloudfunctions2_function.charge.description: there is no path.here"]],
      ["something of terraform's that is none", set(`${charge}/description`, "${terraform.version}"), ["resource.google_cloudfunctions2_function.charge.description: there is no terraform.version"]],
      ["count without count", set(`${charge}/description`, "${count.index}"), ["resource.google_cloudfunctions2_function.charge.description: count is for resources with count"]],
      ["a bare word", set(`${charge}/description`, "${stage}"), ["resource.google_cloudfunctions2_function.charge.description: there is no stage"]],
      ["depends_on with a number in it", set(of("google_storage_notification.uploads", "/depends_on/1"), 5), ["resource.google_storage_notification.uploads.depends_on: is no list of addresses"]],
      ["depends_on that is one", set(of("google_storage_notification.uploads", "/depends_on"), "google_pubsub_topic_iam_member.uploads"), ["resource.google_storage_notification.uploads.depends_on: is no list of addresses"]],
      ["a name in an item that is none", set("output/charge/value", "${google_cloudfunctions2_function.charge.service_config[0].url}"), ["output.charge.value: service_config has no attribute url"]],
      ["a name behind a list of texts", set("output/charge/value", "${google_storage_bucket.source.cors[0].method.first}"), ["output.charge.value: a list has items, no first"]],
      ["an item of an attribute that is a set", set("output/charge/value", "${google_storage_notification.uploads.event_types[0]}"), ["output.charge.value: a set has no order"]],
      ["an item of a block that is one", set("output/charge/value", "${google_pubsub_topic.orders.timeouts[0]}"), ["output.charge.value: timeouts is one block and has no items"]],
      ["a data source that the provider has not got", set("data/google_projects", { all: {} }), ["data.google_projects.all: the provider has no data source google_projects"]],
      ["an argument of lifecycle that is none", set(`${charge}/lifecycle`, { prevent_destruction: true }), ["resource.google_cloudfunctions2_function.charge.lifecycle.prevent_destruction: there is no such argument"]],
      ["count and for_each", [set(of("google_storage_notification.uploads", "/count"), 1), set(of("google_storage_notification.uploads", "/for_each"), {})], ["resource.google_storage_notification.uploads: count and for_each exclude each other"]],
      ["a local where its value is none", set("locals/labels/app", []), ["resource.google_pubsub_topic.orders.labels.app: is a list, not a string"]],
      ["a local of another type", set("locals/labels", true), ["resource.google_pubsub_topic.orders.labels: is a boolean, not a map"]],
      ["a list in a text", set("locals/prefix", []), ['resource.google_pubsub_topic.failed.name: "${local.prefix}-orders-failed" puts a collection into a text', 'resource.google_pubsub_topic.uploads.name: "${local.prefix}-uploads" puts a collection into a text', 'resource.google_storage_bucket.source.name: "${var.project}-${local.prefix}-source" puts a collection into a text', 'resource.google_storage_bucket.uploads.name: "${var.project}-${local.prefix}-uploads" puts a collection into a text']],
      ["a map that is a text", set(of("google_pubsub_topic.failed", "/labels"), "shop"), ["resource.google_pubsub_topic.failed.labels: is a string, not a map"]],
      ["a list that is a text", set(of("google_storage_notification.uploads", "/event_types"), "OBJECT_FINALIZE"), ["resource.google_storage_notification.uploads.event_types: is a string, not a set"]],
      ["a number in a map of texts", set(of("google_pubsub_topic.failed", "/labels"), { a: 1 }), ["resource.google_pubsub_topic.failed.labels.a: is an integer, not a string"]],
      ["a block that is a text", set(`${subscription}/retry_policy`, "fast"), ["resource.google_pubsub_subscription.charge.retry_policy: is a string, not a block"]],
      ["a block in a list that is a text", set(`${subscription}/retry_policy`, ["fast"]), ["resource.google_pubsub_subscription.charge.retry_policy[0]: is a string, not a block"]],
      ["a list of a block that is one", set(`${charge}/timeouts`, [{ create: "10m" }]), ["resource.google_cloudfunctions2_function.charge.timeouts: is a list, not one block"]],
      ["no blocks where there must be one", set(of("google_storage_bucket.source", "/lifecycle_rule/0/action"), []), ["resource.google_storage_bucket.source.lifecycle_rule[0].action: 0 blocks, 1 at least"]],
      ["locals in a circle", [set("locals/prefix", "${local.labels.app}"), set("locals/labels/app", "${local.prefix}")], ["local.prefix → local.labels → local.prefix wait for each other"]],
      ["an id that is set", set(`${charge}/id`, "charge"), ["resource.google_cloudfunctions2_function.charge.id: is the provider's to set"]],
    ))("%s", (_, edits, sentences) => {
      expect(terraformFaults(edited(sample, ...edits))).toEqual(sentences);
    });
    test("many of a resource, null, and what is the workspace's or the path's is taken", () => {
      const many = { for_each: "${toset([\"a\", \"b\"])}", name: "${each.key}-${terraform.workspace}", labels: { of: "${path.module}" }, lifecycle: { ignore_changes: ["labels"], create_before_destroy: true }, message_retention_duration: null };
      const counted = { count: 2, name: "n-${count.index}", topic: "${google_pubsub_topic.many[\"a\"].id}", provider: "google.other", enable_message_ordering: "${var.stage == null || !true ? true : false}" };
      const twice = edited(sample, set("provider/google", [{ project: "a" }, { alias: "other", project: "b" }]), set("resource/google_pubsub_topic/many", many), set("resource/google_pubsub_subscription/many", counted), set("output/charge/value", '${[google_pubsub_subscription.many[*].id, google_pubsub_subscription.many.0.name, { for k, v in local.labels : k => v... }, "a\\n\\"b", 1.5e3, -2 % 3]}'));
      expect(terraformFaults(twice)).toEqual([]);
    });
    test("comments are no templates, and an interpolation may strip what is around it", () => {
      expect(terraformFaults(edited(sample, set([...charge.split("/"), "//"], "${of nothing"), set(`${charge}/description`, "a ${~ var.stage ~} ${true == false ? null : \"b\"}")))).toEqual([]);
    });
    test("what is escaped, nested, conditional or made by for is read", () => {
      const value = "$${literal} ${var.stage == \"live\" ? \"${local.prefix}-x\" : join(\",\", [for k, v in local.labels : \"${k}=${v}\"])} ${{ a = 1, \"b\" : [2, -3] }[\"a\"]} ${(google_cloudfunctions2_function.charge.service_config[*].uri)[0]}";
      expect(terraformFaults(edited(sample, set("output/charge/value", value)))).toEqual([]);
    });
  });

  describe("what Google refuses", () => {
    test.each(cases(
      ["an egress that is none", set(`${charge}/service_config/vpc_connector_egress_settings`, "ALL"), ['resource.google_cloudfunctions2_function.charge.service_config.vpc_connector_egress_settings: "ALL" is not PRIVATE_RANGES_ONLY or ALL_TRAFFIC (@google-cloud/functions)']],
      ["a retry policy that is none", set(of("google_cloudfunctions2_function.follow", "/event_trigger/retry_policy"), "RETRY"), ['resource.google_cloudfunctions2_function.follow.event_trigger.retry_policy: "RETRY" is not RETRY_POLICY_DO_NOT_RETRY or RETRY_POLICY_RETRY (@google-cloud/functions)']],
      ["a trigger without a type, which provider 7 requires", drop(of("google_cloudfunctions2_function.follow", "/event_trigger/event_type")), ["resource.google_cloudfunctions2_function.follow: event_trigger needs event_type"]],
      ["the service, which provider 7 sets alone", set(`${charge}/service_config/service`, "charge"), ["resource.google_cloudfunctions2_function.charge.service_config.service: is the service's to set (@google-cloud/functions)"]],
      ["a timeout of events over nine minutes", set(of("google_cloudfunctions2_function.follow", "/service_config/timeout_seconds"), 541), ["resource.google_cloudfunctions2_function.follow: timeout_seconds 541 is not 1 to 540"]],
      ["many requests on part of a CPU", set(`${charge}/service_config/available_cpu`, "0.5"), ["resource.google_cloudfunctions2_function.charge: 10 requests at a time need an available_cpu of 1 or more"]],
      ["a deadline under the function's timeout", set(`${subscription}/ack_deadline_seconds`, 49), ["resource.google_pubsub_subscription.charge: waits 49 s for an answer, google_cloudfunctions2_function.charge may take 50 s"]],
      ["a retention over 31 days", set(`${subscription}/message_retention_duration`, "2678401s"), ['resource.google_pubsub_subscription.charge.message_retention_duration: "2678401s" is not a duration of 600s to 2678400s (googleapis google/pubsub/v1/pubsub.proto)']],
      ["a backoff over ten minutes", set(`${subscription}/retry_policy/maximum_backoff`, "601s"), ['resource.google_pubsub_subscription.charge.retry_policy.maximum_backoff: "601s" is not a duration of 0s to 600s (googleapis google/pubsub/v1/pubsub.proto)']],
      ["a least backoff over the most", set(`${subscription}/retry_policy/maximum_backoff`, "5s"), ["resource.google_pubsub_subscription.charge: the least backoff, 10s, is over the most, 5s"]],
      ["a duration that is none", set(`${subscription}/retry_policy/minimum_backoff`, "10 s"), ['resource.google_pubsub_subscription.charge.retry_policy.minimum_backoff: "10 s" is not a duration of 0s to 600s (googleapis google/pubsub/v1/pubsub.proto)']],
      ["four attempts", set(`${subscription}/dead_letter_policy/max_delivery_attempts`, 4), ["resource.google_pubsub_subscription.charge.dead_letter_policy.max_delivery_attempts: 4 is not 5 to 100 (googleapis google/pubsub/v1/pubsub.proto)"]],
      ["attempts over a hundred, in a list of one block", set(`${subscription}/dead_letter_policy`, [{ dead_letter_topic: "${google_pubsub_topic.failed.id}", max_delivery_attempts: 101 }]), ["resource.google_pubsub_subscription.charge.dead_letter_policy[0].max_delivery_attempts: 101 is not 5 to 100 (googleapis google/pubsub/v1/pubsub.proto)"]],
      ["exactly once by push", set(`${subscription}/enable_exactly_once_delivery`, true), ["resource.google_pubsub_subscription.charge: exactly-once delivery is for subscriptions that are pulled"]],
      ["a filter over 256 bytes", set(`${subscription}/filter`, `attributes.a="${"x".repeat(243)}"`), ['resource.google_pubsub_subscription.charge.filter: "attributes.a=\\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx… is not 256 bytes at most (googleapis google/pubsub/v1/pubsub.proto)']],
      ["an expiration under a day", set(`${subscription}/expiration_policy/ttl`, "3600s"), ['resource.google_pubsub_subscription.charge.expiration_policy.ttl: "3600s" is not "" or a duration of a day or more (googleapis google/pubsub/v1/pubsub.proto)']],
      ["a backoff of a job that is no duration", set(of("google_cloud_scheduler_job.nightly", "/retry_config/min_backoff_duration"), "soon"), ['resource.google_cloud_scheduler_job.nightly.retry_config.min_backoff_duration: "soon" is not a duration (googleapis google/cloud/scheduler/v1/job.proto)']],
      ["memory that is no quantity", set(`${charge}/service_config/available_memory`, "lots"), ['resource.google_cloudfunctions2_function.charge.service_config.available_memory: "lots" is not a quantity such as 512Mi (docs.cloud.google.com/functions/docs/configuring/memory)']],
      ["an account whose name is too short", set(of("google_service_account.pusher", "/account_id"), "push"), ['resource.google_service_account.pusher.account_id: "push" is not 6 to 30 letters, digits and dashes (docs.cloud.google.com/iam/docs/service-accounts-create)']],
      ["six retries of a job", set(of("google_cloud_scheduler_job.nightly", "/retry_config/retry_count"), 6), ["resource.google_cloud_scheduler_job.nightly.retry_config.retry_count: 6 is not 0 to 5 (googleapis google/cloud/scheduler/v1/job.proto)"]],
      ["a schedule of six fields", set(of("google_cloud_scheduler_job.nightly", "/schedule"), "0 0 6 * * *"), ['resource.google_cloud_scheduler_job.nightly.schedule: "0 0 6 * * *" is not a cron expression of five fields']],
      ["an event of a bucket that is none", set(of("google_storage_notification.uploads", "/event_types/0"), "OBJECT_CREATED"), ['resource.google_storage_notification.uploads.event_types[0]: "OBJECT_CREATED" is not OBJECT_FINALIZE, OBJECT_METADATA_UPDATE, OBJECT_DELETE or OBJECT_ARCHIVE (hashicorp/terraform-provider-google resource_storage_notification.go)']],
      ["a member without its kind", set(of("google_pubsub_topic_iam_member.failed", "/member"), "me@example.com"), ['resource.google_pubsub_topic_iam_member.failed.member: "me@example.com" is not a kind of member and a name (docs.cloud.google.com/iam/docs/principal-identifiers)']],
      ["a basic role", set(of("google_pubsub_topic_iam_member.failed", "/role"), "roles/editor"), ['resource.google_pubsub_topic_iam_member.failed.role: "roles/editor" is not a role that names what it allows']],
      ["a grant that takes all others away", set("resource/google_pubsub_topic_iam_binding", { failed: { topic: "${google_pubsub_topic.failed.id}", role: "roles/pubsub.publisher", members: ["allUsers"] } }), ["resource.google_pubsub_topic_iam_binding.failed: takes from everybody else what it grants, _iam_member does not"]],
    ))("%s", (_, edits, sentences) => {
      expect(terraformFaults(edited(sample, ...edits))).toEqual(sentences);
    });
  });
});

describe.skipIf(whyNoCli !== undefined)("Terraform itself", () => {
  test("takes the good configuration", async () => {
    expect(await terraformSays(sample)).toEqual([]);
  });
  test.each(listed.filter(([, , , terraform]) => terraform !== undefined))("%s", async (_, edits, _sentences, terraform) => {
    expect((await terraformSays(edited(sample, ...edits))).join("\n")).toContain(terraform);
  });
  test("refuses nothing that our checker takes, wherever a fault is", async () => {
    const faults = {
      misspelt: (path: readonly string[]) => rename(path, `${path.at(-1)!}x`),
      gone: (path: readonly string[]) => drop(path),
      listed: (path: readonly string[]) => set(path, [[[]]]),
      dangling: (path: readonly string[]) => set(path, "${google_pubsub_topic.orders.idd}"),
    };
    const places = placesOf(sample).filter((path) => path.at(-1) !== "//" && !/^\d+$/.test(path.at(-1)!));
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), fc.constantFrom(...(Object.keys(faults) as (keyof typeof faults)[])), async (path, kind) => {
        const manifest = edited(sample, faults[kind](path));
        const said = await terraformSays(manifest);
        refused += said.length > 0 ? 1 : 0;
        return said.length === 0 || terraformFaults(manifest).length > 0;
      }),
      { seed: 4711, numRuns: 40 },
    );
    expect(refused).toBeGreaterThan(20);
  });
  test.each(listed.filter(([, , , terraform]) => terraform === undefined))("%s: only our own rules say so", async (_, edits) => {
    expect(await terraformSays(edited(sample, ...edits))).toEqual([]);
  });
});

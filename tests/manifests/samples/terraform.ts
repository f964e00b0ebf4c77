/** An app on Google Cloud as Terraform says it: a topic as a queue and its dead letters, the function that a subscription pushes to, a job, a bucket that tells of uploads, and who may do what. */
const stage = "shop-${var.stage}";
const emailOf = (name: string) => `serviceAccount:\${google_service_account.${name}.email}`;
const agent = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com";
const fn = "google_cloudfunctions2_function.charge";

export const terraformSample = {
  terraform: { required_version: ">= 1.5", required_providers: { google: { source: "hashicorp/google", version: ">= 6.50, < 8" } } },
  provider: { google: { project: "${var.project}", region: "${var.region}" } },
  variable: { project: { type: "string" }, region: { type: "string", default: "europe-west3" }, stage: { type: "string", default: "test", description: "in every name" }, instances: { type: "number", default: 5 } },
  locals: { prefix: stage, labels: { app: "shop", stage: "${var.stage}" } },
  data: { google_project: { this: {} }, google_storage_project_service_account: { this: {} } },
  resource: {
    google_pubsub_topic: { orders: { name: `${stage}-orders`, labels: "${local.labels}" }, failed: { name: "${local.prefix}-orders-failed" }, uploads: { name: "${local.prefix}-uploads", message_retention_duration: "86400s" } },
    google_storage_bucket: {
      source: { name: "${var.project}-${local.prefix}-source", location: "${var.region}", uniform_bucket_level_access: true, lifecycle_rule: [{ action: { type: "Delete" }, condition: { age: 30 } }] },
      uploads: { name: "${var.project}-${local.prefix}-uploads", location: "${var.region}", uniform_bucket_level_access: true, public_access_prevention: "enforced" },
    },
    google_storage_bucket_object: { charge: { name: "charge-${substr(sha1(local.prefix), 0, 8)}.zip", bucket: "${google_storage_bucket.source.name}", source: "dist/charge.zip" } },
    google_service_account: { charge: { account_id: "run-${substr(sha1(local.prefix), 0, 20)}", display_name: `${stage}-charge` }, pusher: { account_id: "shop-charge-push" } },
    google_cloudfunctions2_function: {
      charge: {
        "//": "runs charge",
        name: `${stage}-charge`,
        location: "${var.region}",
        build_config: { runtime: "nodejs24", entry_point: "charge", source: { storage_source: { bucket: "${google_storage_bucket.source.name}", object: "${google_storage_bucket_object.charge.name}" } } },
        service_config: {
          available_memory: "512Mi",
          available_cpu: "1",
          timeout_seconds: 50,
          max_instance_count: "${var.instances}",
          max_instance_request_concurrency: 10,
          ingress_settings: "ALLOW_INTERNAL_ONLY",
          vpc_connector_egress_settings: "PRIVATE_RANGES_ONLY",
          service_account_email: "${google_service_account.charge.email}",
          environment_variables: { ISOBAR_QUEUE_FAILED: "${google_pubsub_topic.failed.id}" },
        },
      },
      follow: {
        name: `${stage}-follow`,
        location: "${var.region}",
        build_config: { runtime: "nodejs24", entry_point: "follow", source: [{ storage_source: [{ bucket: "${google_storage_bucket.source.name}", object: "follow.zip" }] }] },
        service_config: { timeout_seconds: 60, max_instance_count: 3 },
        event_trigger: { event_type: "google.cloud.firestore.document.v1.written", retry_policy: "RETRY_POLICY_RETRY", event_filters: [{ attribute: "database", value: "(default)" }] },
      },
    },
    google_cloud_run_v2_service_iam_member: { pusher: { name: `\${${fn}.name}`, location: `\${${fn}.location}`, role: "roles/run.invoker", member: emailOf("pusher") } },
    google_service_account_iam_member: { pusher: { service_account_id: "${google_service_account.pusher.name}", role: "roles/iam.serviceAccountTokenCreator", member: agent } },
    google_pubsub_subscription: {
      charge: {
        name: `${stage}-charge`,
        topic: "${google_pubsub_topic.orders.id}",
        ack_deadline_seconds: 60,
        message_retention_duration: "2678400s",
        filter: "NOT attributes:isobar_to OR attributes.isobar_to=\"shop-${var.stage}-charge\"",
        push_config: { push_endpoint: `\${${fn}.service_config[0].uri}`, oidc_token: { service_account_email: "${google_service_account.pusher.email}", audience: `\${${fn}.service_config[0].uri}` } },
        retry_policy: { minimum_backoff: "10s", maximum_backoff: "600s" },
        dead_letter_policy: { dead_letter_topic: "${google_pubsub_topic.failed.id}", max_delivery_attempts: 5 },
        expiration_policy: { ttl: "" },
      },
      failed: { name: `${stage}-orders-failed`, topic: "${google_pubsub_topic.failed.id}", message_retention_duration: "2678400s", expiration_policy: { ttl: "" } },
    },
    google_pubsub_topic_iam_member: {
      failed: { topic: "${google_pubsub_topic.failed.id}", role: "roles/pubsub.publisher", member: agent },
      uploads: { topic: "${google_pubsub_topic.uploads.id}", role: "roles/pubsub.publisher", member: "serviceAccount:${data.google_storage_project_service_account.this.email_address}" },
    },
    google_pubsub_subscription_iam_member: { charge: { subscription: "${google_pubsub_subscription.charge.id}", role: "roles/pubsub.subscriber", member: agent } },
    google_storage_notification: {
      uploads: { bucket: "${google_storage_bucket.uploads.name}", topic: "${google_pubsub_topic.uploads.id}", payload_format: "JSON_API_V1", event_types: ["OBJECT_FINALIZE"], depends_on: ["google_pubsub_topic_iam_member.uploads"] },
    },
    google_cloud_scheduler_job: {
      nightly: { name: `${stage}-nightly`, schedule: "0 6 * * *", time_zone: "Europe/Berlin", pubsub_target: { topic_name: "${google_pubsub_topic.orders.id}", data: "${base64encode(jsonencode({ at = \"night\" }))}" }, retry_config: { retry_count: 5 } },
    },
  },
  output: { charge: { value: `\${${fn}.service_config[0].uri}` }, topics: { value: "${[for name in [google_pubsub_topic.orders.name, google_pubsub_topic.failed.name] : upper(name) if name != \"\"]}" } },
};

/** What is known of single samples, each with its reason. */

/** Samples with role `event` that are none in truth: the very words that refuse them. */
export const notEvents: Readonly<Record<string, string>> = {
  // Placeholders of tests and documents where an attribute should be: no platform sends them.
  "aws/http-rest-v1/aws--aws-sam-cli__apigateway-AwsProxy.json": "no REST API event: queryStringParameters is no object",
  "cloudevents/batch/cloudevents--spec__formats-json-format-L444.json": "no CloudEvent: data is no base64",
  "cloudevents/structured/cloudevents--spec__formats-json-format-L220.json": "no CloudEvent: data is no base64",
  "gcp/custom/GoogleCloudPlatform--functions-framework-python__tests-test_cloud_event_functions-L65.json": 'no CloudEvent: time "2020-08-16T13:58:54.471765" is not RFC 3339',
  "gcp/custom/firebase--firebase-functions__alerts-alerts.spec-L197-raw.json": 'no CloudEvent: time "now" is not RFC 3339',
  "gcp/custom/firebase--firebase-functions__alerts-alerts.spec-L205.json": 'no CloudEvent: time "now" is not RFC 3339',
  "gcp/custom/firebase--firebase-functions__providers-database.spec-L34-RAW_RTDB_EVENT.json": 'no CloudEvent: time "time" is not RFC 3339',
  "gcp/custom/firebase--firebase-functions__providers-database.spec-L651.json": 'no CloudEvent: time "time" is not RFC 3339',
  "gcp/custom/firebase--firebase-functions__providers-database.spec-L66-event.json": 'no CloudEvent: time "time" is not RFC 3339',
  "gcp/custom/firebase--firebase-functions__providers-database.spec-L84-event.json": 'no CloudEvent: time "time" is not RFC 3339',
  "gcp/custom/firebase--firebase-functions__providers-dataconnect.spec-L514-event.json": 'no CloudEvent: time "time" is not RFC 3339',
  "gcp/firestore/firebase--firebase-functions__providers-firestore.spec-L809.json": 'no CloudEvent: datacontenttype "something" is no media type',
  "gcp/pubsub/GoogleCloudPlatform--functions-framework-nodejs__integration-cloud_event-L273.json": 'no CloudEvent: time "TIME" is not RFC 3339',
  // Written to be refused, or events of other versions and formats than the index says.
  "azure/eventgrid/Azure--azure-functions-eventgrid-extension__Common-FakeData-L91.json": "no CloudEvent: it has no specversion",
  "cloudevents/batch/cloudevents--sdk-python__test_v1_compat-test_http_events-L51.json": "no CloudEvent: it has no id",
  "cloudevents/structured/cloudevents--sdk-javascript__integration-cloud_event_test-L288.json": "no CloudEvent: source is empty",
  "cloudevents/structured/cloudevents--sdk-javascript__integration-cloud_event_test-L30-cloudEventV1InterfaceFields.json": "no CloudEvent: specversion is empty",
  "cloudevents/structured/cloudevents--sdk-javascript__integration-mqtt_tests-L143-headers.json": 'no CloudEvent: specversion "11.8" is neither "1.0" nor "0.3"',
  "cloudevents/structured/cloudevents--sdk-javascript__integration-mqtt_tests-L164-body.json": 'no CloudEvent: specversion "11.8" is neither "1.0" nor "0.3"',
  "cloudevents/structured/cloudevents--sdk-python__test_v1_compat-test_http_events-L442.json": 'no CloudEvent: specversion "0.2" is neither "1.0" nor "0.3"',
  "cloudevents/structured/cloudevents--sdk-python__test_v1_compat-test_http_events-L52.json": "no CloudEvent: it has no id",
  "cloudevents/structured/cloudevents--sdk-python__test_v1_compat-test_http_events-L57.json": "no CloudEvent: it has no source",
  "cloudevents/structured/cloudevents--spec__cloudevents-primer-L1015.json": "no CloudEvent: it has no specversion",
  "cloudevents/structured/cloudevents--spec__cloudevents-primer-L961.json": "no CloudEvent: it has no specversion",
  "cloudevents/structured/cloudevents--spec__cloudevents-primer-L987.json": "no CloudEvent: it has no specversion",
  // Hand-made for another purpose: the parts that make them an event are not there.
  "aws/cloudwatch-logs/serverless--event-mocks__lib-events-aws-cloud-watch-log-event-template.json": "the body is no CloudWatch log: it is no compressed envelope",
  "aws/dynamodb-stream/middyjs--middy__ecs-batch-index.test-L948-send.json": "the body is no change of a table: eventName or dynamodb.Keys is not DynamoDB's",
  "aws/s3/DataDog--datadog-lambda-extension__s3_event.json": 'no S3 event: record 0 comes from "aws:s3:sample:event:source"',
  "azure/cosmosdb/Azure--azure-functions-python-library__rpc-test_cosmosdb_convert_json_multiple_nulls.json": "a null in place of a document",
  "azure/http/Azure--azure-functions-python-library__rpc-test_http_request_converter_decode.json": "no HTTP request: Failed to parse URL from www.dummy.com",
  "azure/timer/Azure--azure-functions-python-library__rpc-test_timer_no_implementation_exception.json": "no timer object: it has no isPastDue",
  "gcp/storage/firebase--firebase-functions__providers-storage.spec-L139-goodMediaLinkEvent.json": "the body is no storage event: it names no bucket, or no object",
  "gcp/storage/firebase--firebase-functions__providers-storage.spec-L207-goodMediaLinkEvent.json": "the body is no storage event: it names no bucket, or no object",
  "gcp/storage/firebase--firebase-functions__providers-storage.spec-L275-goodMediaLinkEvent.json": "the body is no storage event: it names no bucket, or no object",
  "gcp/storage/firebase--firebase-functions__providers-storage.spec-L346-goodMediaLinkEvent.json": "the body is no storage event: it names no bucket, or no object",
};

/** Wires that rightly read samples of another service, because the bytes are of their format too. */
export const takenToo: readonly { readonly is: RegExp; readonly because: string }[] = [
  { is: /^aws (?:http-api-v2|function-url) event → aws http (?:http-api|function-url)$/, because: "both front ends speak payload format 2.0" },
  { is: /^gcp [\w-]+ http-request → gcp http functions-framework$/, because: "a request is a request" },
  { is: /^aws schedule event → aws bus direct$/, because: "a scheduled rule's event is an event of its bus" },
  { is: /^aws sqs event → aws (?:call async|storage s3-sqs|topic sns-sqs|bus eventbridge-sqs)$/, because: "messages of one wire: their bodies are S3's, SNS's, EventBridge's, or any JSON" },
  { is: /^azure servicebus rpc → azure (?:call async|topic service-bus)$/, because: "messages of one wire, with any JSON for a body" },
  { is: /^azure eventgrid .* → azure storage (?:direct|event-grid-schema)$/, because: "blob events among Event Grid's" },
  { is: /^(?:azure eventgrid .*|azure sql rpc|cloudevents batch batch) → azure changes cosmos-db$/, because: "any JSON object with an id is a document" },
  { is: /^(?:cloudevents|gcp|azure) [\w-]+ (?:structured|batch|cloudevent|cloudevent-protobuf|cloudevents-schema|http-request) → (?:azure|gcp) bus direct$/, because: "a CloudEvent is a CloudEvent, whoever sends it" },
  { is: /^cloudevents structured structured → (?:aws bus direct|azure bus event-grid-schema)$/, because: "the specification's primer shows events of these services beside its own" },
  { is: /^gcp pubsub (?:pubsub-push|cloudevent|background|background-legacy|http-request) → gcp (?:topic|call|schedule|stream) /, because: "messages of one wire, for another kind" },
];

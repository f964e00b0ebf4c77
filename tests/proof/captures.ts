/**
 * Real captures from other projects: each goes through its own cloud's runtime to an echo handler; the neutral request or message that
 * arrived is spelled in the two other clouds' formats, sent through their runtimes, and must arrive the same.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { NeutralAnswer, NeutralMessage, NeutralRequest } from "@isobar/core/adapter";
import { echoFunction, frontsOf, openLabs, wireOf, type Echoed, type SeenEvent, type Subject } from "@isobar/conformance/lab";
import type { Row } from "./row.ts";

const folder = new URL("../../../shared/payloads/", import.meta.url);
interface Sample {
  readonly file: string;
  readonly cloud: string;
  readonly trigger: string;
  readonly shape: string;
  readonly role: string;
}
/** Why there are no captures to prove with; `undefined` when there are. */
export const missing = (): string | undefined => (existsSync(new URL("INDEX.json", folder)) ? undefined : `${fileURLToPath(folder)} is not there`);

type Labs = ReturnType<typeof openLabs>;
type Parts = Readonly<Record<string, unknown>>;

/** What a hop writes itself (RFC 9110 §7.6.1), and what front ends add: no client's words. */
const ofTheWay: ReadonlySet<string> = new Set(["connection", "content-length", "expect", "host", "keep-alive", "te", "transfer-encoding", "upgrade", "x-forwarded-for", "x-forwarded-proto"]);

/** `told`: whether the capture says who called; the other front ends always do. */
const partsOf = ({ method, url, headers, body, clientAddress }: Echoed, told: boolean): Parts => ({
  method,
  // The scheme is the front end's own: AWS's know https only.
  url: url.slice(url.indexOf("//")),
  headers: headers.filter(([name]) => !ofTheWay.has(name)).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  // An empty body and none are one to a client.
  body: body ?? "",
  ...(told ? { clientAddress } : {}),
});
const requestOf = ({ method, url, headers, body, clientAddress }: Echoed): NeutralRequest => ({
  method,
  url,
  headers: headers.filter(([name]) => name === "host" || !ofTheWay.has(name)),
  body: body === null || body === "" ? undefined : new Uint8Array(Buffer.from(body, "base64")),
  ...(clientAddress === null ? {} : { clientAddress }),
});

function echoedOf(answer: NeutralAnswer): Echoed | string {
  if ("failed" in answer) return `failed: ${answer.failed}`;
  const text = Buffer.from(answer.body).toString("utf8");
  return answer.status === 200 ? (JSON.parse(text) as Echoed) : `${answer.status} ${text.slice(0, 160)}`;
}
const spelled = (outcome: Parts | string): string => (typeof outcome === "string" ? outcome : JSON.stringify(outcome));

const frontOf = (subject: Subject, name: string) => frontsOf(subject).find((front) => front.name === name)!;
const queueOf = (labs: ReadonlyMap<string, Labs>, subject: Subject) => labs.get(subject.cloud)!.message(wireOf(subject, "queue"));
const subjectOf = (clouds: readonly Subject[], cloud: string) => clouds.find((each) => each.cloud === cloud)!;
/** A Function URL keeps the path that an HTTP API decodes: captures are spelled for the front end that loses nothing. */
const keeping: Readonly<Record<string, string>> = { aws: "function-url", azure: "http-trigger", gcp: "functions-framework" };

async function proveRequest(labs: ReadonlyMap<string, Labs>, clouds: readonly Subject[], { file, cloud }: Sample, variant: string, native: unknown): Promise<Row> {
  const method = methodOf(native);
  const own = labs.get(cloud)!.http(frontOf(subjectOf(clouds, cloud), variant));
  const arrived = echoedOf(own.front.side.interpret(await own.raw(echoFunction({ method, url: urlOf(native) }), native)));
  const outcomes: Record<string, string> = {};
  const told = typeof arrived !== "string" && arrived.clientAddress !== null;
  for (const subject of clouds) {
    const other = subject.cloud;
    if (other === cloud || typeof arrived === "string") {
      outcomes[other] = spelled(typeof arrived === "string" ? arrived : partsOf(arrived, told));
      continue;
    }
    const lab = labs.get(other)!.http(frontOf(subject, keeping[other]!));
    const again = echoedOf(await lab.ask(echoFunction(arrived), requestOf(arrived)));
    outcomes[other] = spelled(typeof again === "string" ? again : partsOf(again, told));
  }
  return { input: file, outcomes, ...(typeof arrived === "string" ? { refused: arrived } : {}) };
}

async function proveMessages(labs: ReadonlyMap<string, Labs>, clouds: readonly Subject[], { file, cloud }: Sample, native: unknown): Promise<readonly Row[]> {
  const own = queueOf(labs, subjectOf(clouds, cloud));
  own.started.effects("consumeRaw");
  const seen = await own.started.invoke("consumeRaw", native);
  const events = own.started.effects("consumeRaw").map(({ body }) => JSON.parse(body as string) as SeenEvent);
  if (events.length === 0) {
    const fates = own.side.interpret(seen, native).map(({ then }) => then);
    // Nothing arrived: that is right only where nothing was acknowledged either.
    return [{ input: file, outcomes: { [cloud]: fates.includes("done") ? "ACKNOWLEDGED UNHANDLED" : "refused", rule: "refused" }, refused: JSON.stringify(seen) }];
  }
  const rows: Row[] = [];
  for (const event of events) {
    const outcomes: Record<string, string> = {};
    // What a capture does not tell, the other brokers always do: it is left out of the comparison.
    const told = ({ id, time, attempt, data }: SeenEvent) => JSON.stringify({ id, time: event.time === null ? null : time, attempt: event.attempt === null ? null : attempt, data });
    for (const subject of clouds) {
      if (subject.cloud === cloud) {
        outcomes[cloud] = told(event);
        continue;
      }
      const body = Buffer.from(event.data as string, "base64");
      if (!wireOf(subject, "queue").side.carriesBytes && !Buffer.from(body.toString("utf8")).equals(body)) {
        // Announced: this wire carries text only (the codec's head says so).
        outcomes[subject.cloud] = told(event);
        continue;
      }
      const message: Partial<NeutralMessage> & { readonly body: NeutralMessage["body"] } = { id: event.id, body: new Uint8Array(body), attempt: event.attempt ?? 1, enqueuedAt: event.time === null ? Date.UTC(2030, 0, 1) : Date.parse(event.time) };
      const { effects } = await queueOf(labs, subject).hand("consumeRaw", [message]);
      outcomes[subject.cloud] = effects.map(({ body: said }) => told(JSON.parse(said as string) as SeenEvent)).join() || "nothing arrived";
    }
    rows.push({ input: `${file} ${event.id}`, outcomes });
  }
  return rows;
}

interface AnyNative {
  readonly requestContext?: { readonly http?: { readonly method?: string } };
  readonly rawPath?: string;
  readonly method?: string;
  readonly path?: string;
  readonly inputData?: readonly { readonly data: { readonly http?: { readonly method?: string; readonly url?: string } } }[];
}
const methodOf = (native: unknown): string => {
  const { requestContext, method, inputData } = native as AnyNative;
  return requestContext?.http?.method ?? method ?? inputData?.[0]?.data.http?.method ?? "GET";
};
const urlOf = (native: unknown): string => {
  const { rawPath, path, inputData } = native as AnyNative;
  const { url = `https://x.example${encodeURI(rawPath ?? path ?? "/")}` } = inputData?.[0]?.data.http ?? {};
  return URL.canParse(url) ? url : "https://x.example/";
};

/** A captured call of the framework: headers as an object, a body that was parsed. */
interface CapturedCall {
  readonly method?: string;
  readonly path?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
function callOf({ method = "POST", path, url, headers = {}, body }: CapturedCall): unknown {
  const pairs = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  const has = (name: string) => pairs.some(([key]) => key.toLowerCase() === name);
  return {
    method,
    path: path ?? (url === undefined ? "/" : url.startsWith("/") ? url : new URL(url).pathname),
    headers: [...(has("host") ? [] : [["host", "captured.example"]]), ...(has("content-type") || body === undefined ? [] : [["content-type", "application/json"]]), ...pairs],
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  };
}

type How = (labs: ReadonlyMap<string, Labs>, clouds: readonly Subject[], sample: Sample, native: unknown) => Promise<readonly Row[]>;
const asRequest = (variant: string): How => async (labs, clouds, sample, native) => [await proveRequest(labs, clouds, sample, variant, native)];
/** Which captures are spelled in a wire of ours, by cloud, trigger and shape. */
function howOf({ cloud, trigger, shape, role }: Sample): How | undefined {
  if (role !== "event") return undefined;
  const key = `${cloud} ${trigger} ${shape}`;
  if (key === "aws http-api-v2 event") return asRequest("http-api");
  if (key === "aws function-url event") return asRequest("function-url");
  if (key === "aws sqs event" || key === "azure servicebus rpc") return proveMessages;
  if (key === "azure http rpc") return asRequest("http-trigger");
  if (cloud === "gcp" && shape === "http-request") return (labs, clouds, sample, native) => asRequest("functions-framework")(labs, clouds, sample, callOf(native as CapturedCall));
  if (key === "gcp pubsub pubsub-push") return (labs, clouds, sample, native) => proveMessages(labs, clouds, sample, callOf({ headers: { "content-type": "application/json" }, body: native }));
  return undefined;
}

/** Proves every capture. Out: one row for each request and each message. */
export async function proveCaptures(clouds: readonly Subject[], say: (line: string) => void): Promise<readonly Row[]> {
  const samples = JSON.parse(readFileSync(new URL("INDEX.json", folder), "utf8")) as readonly Sample[];
  const labs = new Map(clouds.map((subject) => [subject.cloud, openLabs(subject)]));
  const rows: Row[] = [];
  const counts = new Map<string, number>();
  try {
    for (const sample of samples) {
      const how = howOf(sample);
      if (how === undefined) continue;
      rows.push(...(await how(labs, clouds, sample, JSON.parse(readFileSync(new URL(sample.file, folder), "utf8")))));
      const kind = `${sample.cloud} ${sample.trigger}`;
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
  } finally {
    await Promise.all([...labs.values()].map((each) => each.close()));
  }
  for (const [kind, count] of counts) say(`proved ${count} captures of ${kind}`);
  return rows;
}

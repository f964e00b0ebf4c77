/**
 * One contender's process for one scenario, as a Lambda instance holds one function: neither warms up on the other's types.
 * `node worker.ts <module in contenders/> <scenario>`; it answers the requests of protocol.ts until its parent goes.
 */
import type { Contender, Context, Handler } from "./contenders/contender.ts";
import type { Ask, Reply, Slot } from "./protocol.ts";
import { scenarios, type ScenarioName } from "./scenarios.ts";

const [file, name] = process.argv.slice(2) as [string, ScenarioName];
const endsAt = Date.now() + 900_000;
const context: Context = { awsRequestId: "8b4e1f7a-2f0c-4f57-9d0e-0c6f6f1a9b3e", functionName: name, getRemainingTimeInMillis: () => endsAt - Date.now() };
const event = scenarios[name].event as never;

/** Calls one after the other until the time is over; the clock is read some 0.1 ms apart. */
async function slot(handler: Handler, ms: number): Promise<Slot> {
  const start = process.hrtime.bigint();
  const end = start + BigInt(ms) * 1_000_000n;
  let calls = 0;
  let now = start;
  for (let step = 1; now < end; ) {
    for (let i = 0; i < step; i++) await handler(event, context);
    calls += step;
    const before = now;
    now = process.hrtime.bigint();
    if (now - before < 100_000n) step *= 2;
  }
  return { calls, ns: Number(now - start) };
}

const loaded = import(`./contenders/${file}.ts`) as Promise<{ readonly contender: Contender }>;

async function answerTo(ask: Ask): Promise<Reply> {
  try {
    const { [name]: handler } = (await loaded).contender;
    return ask.do === "answer" ? { answer: await handler(event, context) } : { slot: await slot(handler, ask.ms) };
  } catch (error) {
    return { failed: String((error as Error)?.stack ?? error) };
  }
}

process.on("message", (ask: Ask) => void answerTo(ask).then((reply) => process.send!(reply)));

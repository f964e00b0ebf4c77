// An instance's first invocation: `node probe.mjs <bundle> <event>`. JavaScript, so that stripping types is no part of the cold start.
const [bundle, event] = process.argv.slice(2);
const { handler } = await import(bundle);
const answer = await handler(JSON.parse(event), { awsRequestId: "8b4e1f7a", functionName: "hello", getRemainingTimeInMillis: () => 30_000 });
const at = process.hrtime.bigint();
process.stdout.write(JSON.stringify({ at: String(at), answer }));

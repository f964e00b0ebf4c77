/** Rewrites the README's table from a run. */
import { clouds } from "./clouds.ts";
import { markdownOf, writeTable } from "./markdown.ts";
import { proveOrders } from "./orders.ts";

await writeTable(markdownOf(await proveOrders(clouds, () => {}), clouds.map(({ cloud }) => cloud)));

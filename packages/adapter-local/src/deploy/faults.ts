/** Rules between resources: what a rendered path must not break, whoever changed it. */
import type { Rendered } from "@isobar/core/plan";
import { mostInBatch } from "./machine.ts";
import { called, ofType, type ConsumerResource, type FunctionResource, type LocalResource, type ReaderResource } from "./resources.ts";

type Rule = readonly [broken: boolean, sentence: string];
type Resources = Rendered["resources"];

const at = <T extends LocalResource["type"]>(resources: Resources, type: T, name: string): Extract<LocalResource, { readonly type: T }> | undefined => {
  const found = resources[called(type, name)] as LocalResource | undefined;
  return found?.type === type ? (found as Extract<LocalResource, { readonly type: T }>) : undefined;
};
const atLeast = (value: number | undefined, least: number): boolean => value !== undefined && value >= least;

const calling = (own: ConsumerResource | ReaderResource, fn: FunctionResource | undefined): readonly Rule[] => [
  [fn === undefined, `function ${own.function}, which is to be called, is rendered nowhere`],
  [fn !== undefined && !atLeast(fn.maxInstances, 1), `function ${own.function} has no process`],
  [fn !== undefined && !atLeast(fn.timeoutMs, 1), `function ${own.function} has no time`],
  [!atLeast(own.againMs, 1), `${own.type} ${own.for} rests for no time: what cannot be settled would be handed over without a pause`],
  [!atLeast(own.batchSize, 1) || own.batchSize > mostInBatch, `a batch holds 1 to ${mostInBatch}, not ${own.batchSize}`],
];
function ofConsumer(consumer: ConsumerResource, resources: Resources): readonly Rule[] {
  const [queue, fn] = [at(resources, "queue", consumer.queue), at(resources, "function", consumer.function)];
  return [
    ...calling(consumer, fn),
    [queue === undefined, `queue ${consumer.queue}, which is to be consumed, is rendered nowhere`],
    [queue !== undefined && fn !== undefined && !atLeast(queue.visibilityMs, fn.timeoutMs), `the queue hides messages for ${queue?.visibilityMs} ms, the function may take ${fn?.timeoutMs} ms`],
  ];
}
const ofReader = (reader: ReaderResource, resources: Resources): readonly Rule[] => [
  ...calling(reader, at(resources, "function", reader.function)),
  [resources[reader.source] === undefined, `${reader.source}, which is to be read, is rendered nowhere`],
];

export const faultsOf = ({ resources }: Rendered): readonly string[] =>
  [...ofType(resources, "consumer").flatMap((each) => ofConsumer(each, resources)), ...ofType(resources, "reader").flatMap((each) => ofReader(each, resources))].flatMap(([broken, sentence]) => (broken ? [sentence] : []));

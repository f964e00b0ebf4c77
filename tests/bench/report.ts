/** Tables for a person; the JSON form has the same numbers. */
import Table from "cli-table3";
import type { Building } from "./build.ts";
import type { ColdStart } from "./cold-start.ts";
import type { Decoding } from "./decode.ts";
import type { Planning } from "./plan.ts";
import type { Simulating } from "./simulate.ts";
import type { Measured } from "./throughput.ts";

const time = (ns: number) => (ns < 10_000 ? `${ns.toFixed(0)} ns` : `${(ns / 1000).toFixed(1)} µs`);
const ratio = (value: number) => `${value.toFixed(2)}×`;
const ms = (value: number) => `${value.toFixed(1)} ms`;
const more = (value: number) => `${value < 0 ? "−" : "+"}${ms(Math.abs(value))}`;
const verdict = (met: boolean) => (met ? "met" : "MISSED");

const tableWith = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const table = new Table({ head: [...head], style: { head: [], border: [] }, colAligns: head.map((_, i) => (i === 0 ? "left" : "right")) });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
};

export const throughputTable = (measured: readonly Measured[]): string =>
  tableWith(
    ["warm, per call", "native", "isobar", "ratio", "noise (A/A)", "target", ""],
    measured.map(({ what, nsPerCall, ...row }) => [what, time(nsPerCall.native), time(nsPerCall.isobar), ratio(row.ratio), ratio(row.noise), `≤ ${ratio(row.target)}`, verdict(row.met)]),
  );

export const coldStartTable = ({ ms: total, moreMs, noiseMs, targetMs, met, bytes }: ColdStart): string =>
  tableWith(
    ["cold start to first answer", "native", "isobar", "more", "noise (A/A)", "target", ""],
    [
      ["minified hello", ms(total.native), ms(total.isobar), more(moreMs), more(noiseMs), `≤ ${more(targetMs)}`, verdict(met)],
      ["its bundle", `${bytes.native} B`, `${bytes.isobar} B`, "", "", "", ""],
    ],
  );

export const decodingTable = ({ payloads, rows }: Decoding): string =>
  tableWith(
    [`decoding ${payloads} mixed payloads`, "payloads", "JSON.parse", "decode", "ratio", "per second"],
    rows.map(({ cloud, count, nsParse, nsDecode }) => [cloud, String(count), time(nsParse), time(nsDecode), ratio(nsDecode / nsParse), String(Math.round(1e9 / nsDecode))]),
  );

export const simulatingTable = (rows: readonly Simulating[]): string =>
  tableWith(
    ["simulating, one in ten fails", "how", "messages", "seconds", "µs each", "RSS", "target", ""],
    rows.map(({ cloud, how, messages, seconds, rssMb, targetSeconds }) => [cloud, how, String(messages), seconds.toFixed(2), ((seconds * 1e6) / messages).toFixed(1), `${rssMb.toFixed(0)} MB`, targetSeconds === undefined ? "" : `≤ ${targetSeconds} s`, targetSeconds === undefined ? "" : verdict(seconds <= targetSeconds && rssMb <= 1024)]),
  );

export const planningTable = (rows: readonly Planning[]): string =>
  tableWith(["planning on every cloud", "ms", "µs a function", "target", ""], rows.map(({ functions, ms: took, targetMs }) => [`${functions} functions`, took.toFixed(1), ((took * 1000) / functions).toFixed(0), targetMs === undefined ? "" : `≤ ${targetMs} ms`, targetMs === undefined ? "" : verdict(took <= targetMs)]));

export const buildingTable = (rows: readonly Building[]): string =>
  tableWith(
    ["building for every cloud", "units", "load", "compose", "build", "ms a unit", "again", "RSS", "targets", ""],
    rows.map(({ functions, units, loadMs, composeMs, buildMs, againMs, rssMb, targets }) => {
      const aims = [...(targets.composeMs === undefined ? [] : [`compose ≤ ${targets.composeMs} ms`]), ...(targets.buildMs === undefined ? [] : [`build ≤ ${targets.buildMs} ms`])];
      const met = composeMs <= (targets.composeMs ?? Infinity) && buildMs <= (targets.buildMs ?? Infinity);
      return [`${functions} functions`, String(units), ...[loadMs, composeMs, buildMs].map((each) => `${each.toFixed(0)} ms`), (buildMs / units).toFixed(1), `${againMs.toFixed(0)} ms`, `${rssMb.toFixed(0)} MB`, aims.join(", "), aims.length === 0 ? "" : verdict(met)];
    }),
  );

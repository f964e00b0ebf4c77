/** `docs/kinds.md`: every wire of every cloud, as the adapters themselves tell. */
import type { TriggerKind } from "@isobar/core";
import type { Subject } from "@isobar/conformance/lab";

export const kindsFile = new URL("../../docs/kinds.md", import.meta.url);
const kinds = ["http", "queue", "topic", "storage", "schedule", "changes", "stream", "bus", "logs", "call"] as const satisfies readonly TriggerKind[];
const names: Readonly<Record<string, string>> = { aws: "AWS", azure: "Azure", gcp: "Google Cloud" };

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/** The whole document. */
export function kindsDocument(clouds: readonly Subject[]): string {
  const sections = kinds.map((kind) => {
    const rows = clouds.flatMap(({ cloud, wires }) =>
      wires.filter((wire) => wire.kind === kind).map((wire, i) => {
        const drops = Object.entries(wire.side?.drops ?? {}).map(([path, why]) => `\`${path}\`: ${why}`).join("; ");
        const rounds = wire.side?.roundsNumbers === undefined ? "" : `whole numbers beyond 2^53: ${wire.side.roundsNumbers}`;
        const settles = wire.side === undefined ? "answers" : wire.side.maxBatch === 1 ? "one by one" : { each: "each of a batch", position: "from the first that fails", together: "all or none" }[wire.side.settles ?? "each"];
        return `| ${names[cloud] ?? cloud} | \`${wire.variant}\`${i === 0 ? " (default)" : ""} | ${cell(wire.service)} | yes | ${wire.decodesOnly === undefined ? "yes" : `no: ${cell(wire.decodesOnly)}`} | ${settles} | ${cell([drops, rounds].filter((text) => text !== "").join("; ")) || "–"} |`;
      }),
    );
    return `## ${kind}\n\n| cloud | variant | path | decodes | deploys | settles | does not carry |\n|---|---|---|---|---|---|---|\n${rows.join("\n")}`;
  });
  return `# Trigger kinds and their wires\n\nGenerated from the adapters by \`npm run kinds\`; a test holds it. A *wire* is one native format: a kind, by one path of one cloud. \`deploys\` says whether a target may ask for it; a wire that only decodes is for payloads that were captured or are delivered by other means. \`settles\` is the finest answer that the platform takes. \`isobar decode --cloud … --kind … [--variant …] FILE…\` reads all of them.\n\n${sections.join("\n\n")}\n`;
}

/**
 * The local reader of a source by position. Records of one key follow each other, keys do not wait for each other. A batch is handed over from the first position that is not settled; what the answer calls
 * done, up to the first that comes again, is behind the reader. The rest is handed over again after a pause, without end: a position is never given up.
 */
import { IsobarError, type Broker, type Hosting, type NeutralMessage, type Published, type Rendered, type Rules } from "@isobar/core/adapter";
import { ofType } from "../../deploy/resources.ts";

interface Waiting {
  readonly message: Published;
  readonly enqueuedAt: number;
}
interface Lane {
  readonly records: Waiting[];
  /** Handed over, or resting. */
  busy: boolean;
}

export function positionRules({ resources }: Rendered, hosting: Hosting): Rules {
  const [reader] = ofType(resources, "reader");
  if (reader === undefined) throw new IsobarError("unsupported", "no reader of a source is rendered");
  const { batchSize, batchWaitMs, againMs } = reader;
  return {
    hosting,
    open({ clock, hand }): Broker {
      const lanes = new Map<string, Lane>();
      /** Lanes that have something to hand over, while all processes are busy. */
      const ready: Lane[] = [];
      let handing = 0;

      async function handOver(lane: Lane): Promise<void> {
        const batch = lane.records.slice(0, batchSize);
        // Nobody counts here: attempts are made inside.
        const { then } = await hand(batch.map((one): NeutralMessage => ({ ...one.message, attempt: 1, enqueuedAt: one.enqueuedAt })));
        handing--;
        const again = then.indexOf("again");
        lane.records.splice(0, again < 0 ? batch.length : again);
        if (again < 0) rested(lane);
        else clock.after(againMs, () => rested(lane));
        next();
      }
      function next(): void {
        while (handing < hosting.maxInstances && ready.length > 0) {
          handing++;
          void handOver(ready.shift()!);
        }
      }
      function rested(lane: Lane): void {
        lane.busy = false;
        wake(lane);
      }
      function wake(lane: Lane): void {
        if (lane.busy || lane.records.length === 0) return;
        lane.busy = true;
        clock.after(lane.records.length < batchSize ? batchWaitMs : 0, () => {
          ready.push(lane);
          next();
        });
      }
      return {
        publish(message) {
          const { group = "" } = message;
          const lane = lanes.get(group) ?? { records: [], busy: false };
          lanes.set(group, lane);
          lane.records.push({ message, enqueuedAt: clock.now() });
          wake(lane);
        },
        async perform({ do: what }) {
          throw new IsobarError("unsupported", `${what}: a position is neither hidden nor put back`);
        },
        held: () => [...lanes.values()].flatMap(({ records }) => records.map(({ message }) => message)),
      };
    },
  };
}

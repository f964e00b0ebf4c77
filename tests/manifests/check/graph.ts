/** Circles among things that wait for each other. */

/** The shortest way from a member back to itself: `["a", "b", "a"]`. */
function circleOf(graph: ReadonlyMap<string, Iterable<string>>, start: string): readonly string[] | undefined {
  const cameFrom = new Map<string, string>();
  const pending = [start];
  for (let id = pending.shift(); id !== undefined; id = pending.shift()) {
    for (const next of graph.get(id) ?? []) {
      if (next === start) {
        const back = [start];
        for (let at = id; at !== start; at = cameFrom.get(at)!) back.unshift(at);
        return [start, ...back];
      }
      if (!cameFrom.has(next)) {
        cameFrom.set(next, id);
        pending.push(next);
      }
    }
  }
  return undefined;
}
/** One circle of each knot, from its first member in the order of the graph. */
export function circles(graph: ReadonlyMap<string, Iterable<string>>): readonly (readonly string[])[] {
  const known = new Set<string>();
  return [...graph.keys()].flatMap((id) => {
    const circle = known.has(id) ? undefined : circleOf(graph, id);
    if (circle === undefined) return [];
    for (const other of reachable(graph, id)) if (reachable(graph, other).has(id)) known.add(other);
    return [circle];
  });
}
/** Everything that is reached from it, itself only through a circle. */
export function reachable(graph: ReadonlyMap<string, Iterable<string>>, from: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const pending = [...(graph.get(from) ?? [])];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    pending.push(...(graph.get(id) ?? []));
  }
  return seen;
}

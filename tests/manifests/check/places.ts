/** Places in a manifest by path, `Targets[].Id`: `[]` is every item of a list. */
import { below, isList, isObject, type Json } from "./json.ts";

/** Every value at a path, with its place. `branches` opens what is no value itself, a condition's two sides say; what it gives nothing for is taken as it is. */
export function literalsAt(value: Json, path: string, from: string, branches: (value: Json) => readonly (readonly [step: string, value: Json])[] | undefined = () => undefined): readonly (readonly [place: string, value: Json])[] {
  const follow = (each: Json | undefined, steps: readonly string[], place: string): readonly (readonly [string, Json])[] => {
    if (each === undefined) return [];
    const opened = branches(each);
    if (opened !== undefined) return opened.flatMap(([step, branch]) => follow(branch, steps, `${place}${step}`));
    const [step, ...rest] = steps;
    if (step === undefined) return [[place, each]];
    if (step === "[]") return isList(each) ? each.flatMap((item, i) => follow(item, rest, below(place, i))) : [];
    return isObject(each) ? follow(each[step], rest, below(place, step)) : [];
  };
  return follow(value, path.split(".").flatMap((step) => (step.endsWith("[]") ? [step.slice(0, -2), "[]"] : [step])), from);
}

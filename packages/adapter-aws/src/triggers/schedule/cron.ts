/**
 * A cron expression in AWS's words: six fields, the last of them the year; weekdays are 1 to 7 from Sunday, and one of day of month and day of week is "?". Sets are spelled in what both services document: a range,
 * an increment, a list. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html · https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
const names = [undefined, undefined, undefined, ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]] as const;
const bounds = [[0, 59], [0, 23], [1, 31], [1, 12], [0, 6]] as const;

/** The values of a field that core has checked; ascending. 7 is another word for Sunday. */
function valuesOf(text: string, field: number): readonly number[] {
  const [from, to] = bounds[field]!;
  const number = (word: string): number => {
    const at = (names[field] as readonly string[] | undefined)?.indexOf(word.toLowerCase()) ?? -1;
    return at < 0 ? Number(word) : at + from;
  };
  const all = text.split(",").flatMap((each) => {
    const [range = "", step] = each.split("/");
    const [low = "", high] = range.split("-");
    const first = range === "*" ? from : number(low);
    const last = range === "*" ? to : high !== undefined ? number(high) : step === undefined ? first : Math.max(first, to);
    const every = Number(step ?? 1);
    return Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, i) => first + i * every);
  });
  return [...new Set(all.map((value) => (field === 4 && value === 7 ? 0 : value)))].sort((a, b) => a - b);
}

function spelled(values: readonly number[], field: number): string {
  const [from, to] = bounds[field]!;
  if (values.length === to - from + 1) return "*";
  const [first = from, second = first] = values;
  const step = second - first;
  const even = values.length > 2 && values.every((value, i) => value === first + i * step);
  // Of weekdays no document has increments.
  const shift = field === 4 ? 1 : 0;
  if (even && step === 1) return `${first + shift}-${values.at(-1)! + shift}`;
  if (even && shift === 0 && values.at(-1)! + step > to) return `${first}/${step}`;
  return values.map((value) => value + shift).join(",");
}

/** In: five fields as core takes them. Out: "cron(0 6 ? * 2-6 *)". */
export function awsCron(cron: string): string {
  const [minutes, hours, days, months, weekdays] = cron.trim().split(/\s+/).map((text, field) => spelled(valuesOf(text, field), field));
  return weekdays === "*" ? `cron(${minutes} ${hours} ${days} ${months} ? *)` : `cron(${minutes} ${hours} ? ${months} ${weekdays} *)`;
}

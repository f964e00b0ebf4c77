/** One input and what each cloud made of it. */
export interface Row {
  readonly input: string;
  /** By cloud, in the clouds' order. */
  readonly outcomes: Readonly<Record<string, string>>;
}
export interface Difference extends Row {
  readonly part: string;
}

export const isEqual = ({ outcomes }: Row): boolean => new Set(Object.values(outcomes)).size === 1;

/** One input and what each cloud made of it. */
export interface Row {
  readonly input: string;
  /** By cloud, in the clouds' order: for a reader. */
  readonly outcomes: Readonly<Record<string, string>>;
  /** All that must be equal, where that is more than a reader wants to see. */
  readonly exact?: Readonly<Record<string, string>>;
  /** Why the input's own cloud would not take it; nothing was acknowledged. */
  readonly refused?: string;
}

export const isEqual = ({ outcomes, exact = outcomes }: Row): boolean => new Set(Object.values(exact)).size === 1;

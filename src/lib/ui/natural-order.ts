const collator = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true });

/** Order in which people expect names: "Team 9" before "Team 10", without regard to case and accents. */
export const naturalOrder = (a: string, b: string): number => collator.compare(a, b);

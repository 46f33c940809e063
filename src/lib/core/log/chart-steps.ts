const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Widths that people count in, in seconds. */
const STEPS = [
  10,
  30,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
  91 * DAY,
  364 * DAY
];
const MOST_BARS = 72;

export type ChartSteps = {
  /** Seconds. */
  step: number;
  /** Steps begin this long after whole ones of 1970, so that a day begins at midnight where the reader is. */
  offset: number;
  /** The beginning of the first step and the end of the last. */
  from: Date;
  to: Date;
};

/**
 * Steps for a chart from one moment to another: as narrow as fits.
 * @param ahead how many seconds the reader's clocks are ahead of UTC
 */
export function chartSteps(from: Date, to: Date, ahead: number): ChartSteps {
  const first = from.getTime() / 1000;
  const last = Math.max(first, to.getTime() / 1000);
  const step = STEPS.find((each) => (last - first) / each <= MOST_BARS - 1) ?? STEPS.at(-1)!;
  const offset = -ahead;
  const begin = Math.floor((first - offset) / step) * step + offset;
  const end = (Math.floor((last - offset) / step) + 1) * step + offset;
  return { step, offset, from: new Date(begin * 1000), to: new Date(end * 1000) };
}

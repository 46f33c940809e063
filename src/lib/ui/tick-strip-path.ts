/** One bar of a tick strip: granted, granted and destructive, or not granted. */
export type Tick = 'on' | 'danger' | 'off';

/** Pixels of a strip: bar width, space between bars, extra space between groups, full and resting height. */
export type StripMeasure = { bar: number; space: number; gap: number; tall: number; short: number };

/** Paths for one `<svg viewBox="0 0 width tall">`, one per colour. */
export type StripPaths = { width: number; on: string; danger: string; off: string };

const rounded = (x: number, y: number, width: number, height: number) =>
  `M${x + 1} ${y}h${width - 2}a1 1 0 0 1 1 1v${height - 2}a1 1 0 0 1-1 1h-${width - 2}a1 1 0 0 1-1-1v-${height - 2}a1 1 0 0 1 1-1z`;

const straight = (x: number, y: number, width: number, height: number) =>
  `M${x} ${y}h${width}v${height}h-${width}z`;

/**
 * The same for hundreds of ticks in the width of a column, where single bars would run into each other: equal
 * neighbours are one block, as wide as they are many.
 */
export function blockPaths(groups: readonly (readonly Tick[])[], measure: StripMeasure): StripPaths {
  const { bar, gap, tall, short } = measure;
  const paths = { on: '', danger: '', off: '' };
  let x = 0;
  groups.forEach((group, index) => {
    if (index > 0) x += gap;
    for (let at = 0, end = 0; at < group.length; at = end) {
      const tick = group[at]!;
      while (end < group.length && group[end] === tick) end++;
      const width = (end - at) * bar;
      paths[tick] +=
        tick === 'off' ? straight(x, (tall - short) / 2, width, short) : straight(x, 0, width, tall);
      x += width;
    }
  });
  return { width: x, ...paths };
}

/** Draws groups of ticks in catalogue order: tall where granted, short and centred where not. */
export function stripPaths(groups: readonly (readonly Tick[])[], measure: StripMeasure): StripPaths {
  const { bar, space, gap, tall, short } = measure;
  const paths = { on: '', danger: '', off: '' };
  let x = 0;
  groups.forEach((group, index) => {
    if (index > 0) x += gap + space;
    for (const tick of group) {
      paths[tick] += tick === 'off' ? rounded(x, (tall - short) / 2, bar, short) : rounded(x, 0, bar, tall);
      x += bar + space;
    }
  });
  return { width: Math.max(0, x - space), ...paths };
}

/** Aim of the benchmark, judged against what was reached. */
export type Aim = { what: string; aimed: string; reached: string; isMet: boolean };

/** A table in Markdown. */
export function table(head: string[], rows: string[][]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The name under which this program is measured beside others. */
export const OURS = 'Rolecall';

/** Milliseconds. */
export const ms = (value: number): string => value.toFixed(1);

/** Bytes as kilobytes. */
export const kb = (bytes: number): string => (bytes / 1024).toFixed(1);

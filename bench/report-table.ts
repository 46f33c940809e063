/** What was aimed at, judged against what was reached. */
export type Aim = { what: string; aimed: string; reached: string; isMet: boolean };

/** A table in Markdown. */
export function table(head: string[], rows: string[][]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

import { readdir, readFile } from 'node:fs/promises';

/**
 * Processor time of a process's children so far, in milliseconds; NaN where the system has no /proc that says it.
 * Children that ended are not in it.
 */
export async function processorMsOfChildren(parent: number): Promise<number> {
  const processes = await readdir('/proc').catch(() => []);
  let sum = NaN;
  for (const pid of processes) {
    if (!/^\d+$/.test(pid)) continue;
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // The name in parentheses may hold anything; the parent is the second word after it.
    if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) !== parent) continue;
    const [onProcessor] = (await readFile(`/proc/${pid}/schedstat`, 'utf8').catch(() => '')).split(' ');
    if (onProcessor) sum = (Number.isNaN(sum) ? 0 : sum) + Number(onProcessor) / 1e6;
  }
  return sum;
}

import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Place } from './log-file.ts';
import type { Return } from './returns.ts';

/** State with which a follower that is started again goes on. */
export type Memory = { place: Place | null; waiting: readonly Return[] };

export async function recall(path: string): Promise<Memory> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Memory;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { place: null, waiting: [] };
    throw new Error(`${path} cannot be read: ${String(error)}`, { cause: error });
  }
}

/**
 * Place and what waits are written together: a follower that is killed between two lines reads the second again,
 * and both lose nothing.
 */
export async function remember(path: string, memory: Memory): Promise<void> {
  const draft = `${path}.new`;
  await writeFile(draft, JSON.stringify(memory), { mode: 0o600 });
  await rename(draft, path);
}

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** URL of the embedded database of DATA_DIR while it runs; undefined when there is none, or it does not run. */
export function embeddedUrl() {
  try {
    const folder = resolve(process.env['DATA_DIR'] || './data');
    const { elsewhere, password } = JSON.parse(readFileSync(join(folder, 'postgres.json'), 'utf8'));
    const cluster = join(elsewhere ?? join(folder, 'postgres'), 'cluster');
    const port = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[3];
    return `postgres://postgres:${password}@127.0.0.1:${port}/rolecall`;
  } catch {
    return undefined;
  }
}

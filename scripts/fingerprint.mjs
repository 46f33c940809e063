import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './project.mjs';

/**
 * A hash over the names and contents of files and folders of the project, and over `facts`. What is missing counts as
 * missing, so that adding or deleting changes the hash too.
 * @param {string[]} paths relative to the project
 * @param {{ facts?: string[], accepts?: (path: string) => boolean }} [options]
 */
export function fingerprint(paths, { facts = [], accepts = () => true } = {}) {
  const hash = createHash('sha256');
  for (const fact of facts) hash.update(`${fact}\0`);
  for (const path of paths.flatMap(filesUnder).filter(accepts)) {
    const content = readFileSync(join(PROJECT, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** @param {string} path @returns {string[]} */
function filesUnder(path) {
  const stat = statSync(join(PROJECT, path), { throwIfNoEntry: false });
  if (!stat) return [];
  if (!stat.isDirectory()) return [path];
  return readdirSync(join(PROJECT, path))
    .sort()
    .flatMap((name) => filesUnder(`${path}/${name}`));
}

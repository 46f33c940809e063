import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A program of one of Debian's packages, unpacked into a folder; nothing is installed.
 * @param {string} folder
 * @param {string} name of the package
 * @param {string} binary its path within the package
 * @returns {string | null} where it is; null: it cannot be had, or does not run here
 */
export function unpackProgram(folder, name, binary) {
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  const run = (/** @type {string} */ command, /** @type {string[]} */ args) =>
    spawnSync(command, args, { cwd: own, encoding: 'utf8', timeout: 120_000 });
  if (run('apt-get', ['download', name]).status !== 0) return null;
  const archive = readdirSync(own).find((each) => each.endsWith('.deb'));
  if (run('dpkg', ['-x', String(archive), '.']).status !== 0) return null;
  const path = join(own, binary);
  // A library that is not there shows when it is asked for its version.
  const version = name === 'nginx' ? ['-v'] : ['version'];
  return existsSync(path) && run(path, version).status === 0 ? path : null;
}

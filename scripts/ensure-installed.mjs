import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { PROJECT } from './project.mjs';
import { runQuietly } from './run-quietly.mjs';
import { readStamp, writeStamp } from './stamp.mjs';

const STAMP = 'node_modules/.rolecall-installed';

/**
 * Installs the dependencies when they are missing, or were installed for another lockfile, Node or machine.
 * Throws an error with npm's words when that fails.
 */
export async function ensureInstalled() {
  const wanted = fingerprint(['package-lock.json'], { facts: [nodeMajor(), process.platform, process.arch] });
  const found = readStamp(STAMP);
  if (found === wanted) return;
  if (!isOfOtherMachine(found) && matchesLockfile()) {
    // Somebody ran npm by hand; nothing to repeat.
    mark(wanted);
    return;
  }
  console.log('Installing dependencies …');
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const byNode = npm !== undefined && /npm-cli\.c?js$/.test(npm);
  const { ok, output } = byNode
    ? await runQuietly(process.execPath, [npm, ...args])
    : await runQuietly('npm', args);
  if (!ok) throw new Error(`The dependencies could not be installed (npm ${args[0]}):\n${output}`);
  mark(wanted);
}

/** @param {string} fingerprint */
function mark(fingerprint) {
  writeStamp(STAMP, fingerprint);
  writeStamp(`${STAMP}-for`, machine());
}

function machine() {
  return `${nodeMajor()} ${process.platform} ${process.arch}`;
}

function nodeMajor() {
  return process.versions.node.split('.')[0] ?? '';
}

/** @param {string | null} stamp */
function isOfOtherMachine(stamp) {
  return stamp !== null && readStamp(`${STAMP}-for`) !== machine();
}

/** True if npm's own record of what it installed agrees with the lockfile. npm writes it last, when all went well. */
function matchesLockfile() {
  const locked = packagesIn('package-lock.json');
  const installed = packagesIn('node_modules/.package-lock.json');
  if (!locked || !installed) return false;
  return Object.entries(locked).every(([path, entry]) => {
    const present = installed[path];
    // Packages for other systems are in the lockfile only.
    return path === '' || (present ? present.version === entry.version : entry.optional === true);
  });
}

/** @typedef {Record<string, { version?: string, optional?: boolean }>} Packages */

/** @param {string} path @returns {Packages | null} */
function packagesIn(path) {
  try {
    return JSON.parse(readFileSync(join(PROJECT, path), 'utf8')).packages ?? null;
  } catch {
    return null;
  }
}

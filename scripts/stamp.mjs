import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PROJECT } from './project.mjs';

/**
 * A stamp is a file beside a product that names what the product was made from.
 * @param {string} path relative to the project
 */
export function readStamp(path) {
  try {
    return readFileSync(join(PROJECT, path), 'utf8').trim();
  } catch {
    return null;
  }
}

/** @param {string} path @param {string} value */
export function writeStamp(path, value) {
  mkdirSync(dirname(join(PROJECT, path)), { recursive: true });
  writeFileSync(join(PROJECT, path), `${value}\n`);
}

/** @param {string} path */
export function removeStamp(path) {
  rmSync(join(PROJECT, path), { force: true });
}

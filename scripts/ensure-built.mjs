import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { PROJECT } from './project.mjs';
import { runTool } from './run-quietly.mjs';
import { readStamp, removeStamp, writeStamp } from './stamp.mjs';

const STAMP = 'build/stamp';
const SOURCES = [
  'src',
  'ws-server',
  'scripts',
  'drizzle',
  'static',
  'package.json',
  'package-lock.json',
  'svelte.config.js',
  'tsconfig.json',
  'vite.config.ts',
  'vite.server.config.ts'
];
const PRODUCTS = ['build/web/handler.js', 'build/server/serve.js'];

/** The pages and what browsers load; then the programs that serve them. */
const STEPS = [
  ['build', '--logLevel', 'warn'],
  ['build', '--logLevel', 'warn', '--config', 'vite.server.config.ts']
];

/**
 * Builds when the sources differ from those of the last complete build. Throws an error with the builder's words when
 * that fails.
 */
export async function ensureBuilt() {
  const wanted = sourcesFingerprint();
  const isComplete = PRODUCTS.every((path) => existsSync(join(PROJECT, path)));
  if (isComplete && readStamp(STAMP) === wanted) return;
  console.log('Building …');
  await build();
}

/** Builds whatever the state. */
export async function build() {
  const made = sourcesFingerprint();
  removeStamp(STAMP);
  for (const args of STEPS) {
    const { ok, output } = await runTool('vite/bin/vite.js', args, { NODE_ENV: 'production' });
    if (!ok) throw new Error(`The build failed (vite ${args.join(' ')}):\n${output}`);
  }
  writeStamp(STAMP, made);
}

function sourcesFingerprint() {
  const accepts = (/** @type {string} */ path) =>
    !/\.test\.ts$/.test(path) && !/^scripts\/.*\.mjs$/.test(path);
  return fingerprint(SOURCES, { accepts });
}

import './require-node.mjs';
import { fileURLToPath } from 'node:url';
import { PROJECT } from './project.mjs';

// `npm run bench`: comparisons with peers, some half an hour, of which it writes docs/performance.md. `-- --quick`: the
// short form, written to build/. `-- --only tick`, or `-- --only exports --entries 200000`: one part, printed alone.
const quick = process.argv.includes('--quick');
/** @param {string} name */
const given = (name) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : (process.argv[at + 1] ?? '');
};
const only = given('--only');
const entries = given('--entries') === undefined ? undefined : Number(given('--entries'));
const file = fileURLToPath(
  new URL(quick ? '../build/performance.md' : '../docs/performance.md', import.meta.url)
);

try {
  const { ensureInstalled } = await import('./ensure-installed.mjs');
  await ensureInstalled();
  const { ensureBuilt } = await import('./ensure-built.mjs');
  await ensureBuilt();
  const { runnerImport } = await import('vite');
  const { module } = await runnerImport(`${PROJECT}/bench/main.ts`, {
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { $lib: `${PROJECT}/src/lib` } }
  });
  await module.main({ quick, only, entries, file });
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exit(1);
}

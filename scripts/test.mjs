import './require-node.mjs';

const filters = process.argv.slice(2);
const total = { passed: 0, failed: 0, skipped: 0 };

try {
  const { ensureInstalled } = await import('./ensure-installed.mjs');
  await ensureInstalled();
  const { ensureBuilt } = await import('./ensure-built.mjs');
  await ensureBuilt();
  const { runVitest } = await import('./run-vitest.mjs');

  if (filters.length === 0) {
    const { runChecks } = await import('./checks.mjs');
    // Neither minds the other; what talks to Postgres and measures has the machine to itself afterwards.
    const fast = ['unit', 'svelte', 'boundaries'].flatMap((name) => ['--project', name]);
    for (const counts of await Promise.all([runChecks(), runVitest(fast)])) add(counts);
    const slow = ['integration', 'simulation', 'sync', 'e2e', 'endurance'].flatMap((name) => [
      '--project',
      name
    ]);
    add(await runVitest(slow));
  } else add(await runVitest(filters));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  add({ failed: 1 });
}

const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);

/** @param {Partial<typeof total>} counts */
function add({ passed = 0, failed = 0, skipped = 0 }) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}

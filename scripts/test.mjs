import './require-node.mjs';

const filters = process.argv.slice(2);
/**
 * Files of tests that wait for a clock more than they work: they stand beside the others without taking a processor
 * from them.
 */
const WAITING = [
  'tests/endurance/gateway-limits.test.ts',
  'tests/integration/mail-readers.test.ts',
  'tests/integration/mail.test.ts',
  'tests/integration/request-limits.test.ts',
  'tests/integration/syslog.test.ts',
  'tests/integration/throttling.test.ts'
];
const total = { passed: 0, failed: 0, skipped: 0 };

try {
  const { ensureInstalled } = await import('./ensure-installed.mjs');
  await ensureInstalled();
  const { ensureBuilt } = await import('./ensure-built.mjs');
  await ensureBuilt();
  const { runVitest } = await import('./run-vitest.mjs');

  if (filters.length === 0) {
    const { runChecks } = await import('./checks.mjs');
    const fast = projects('unit', 'svelte', 'boundaries');
    const slow = projects('integration', 'simulation', 'sync', 'e2e', 'endurance');
    const working = [...slow, ...WAITING.flatMap((file) => ['--exclude', file])];
    const waiting = [...projects('integration', 'endurance'), '--maxWorkers', '1', ...WAITING];
    const tests = async () => {
      add(await runVitest(fast));
      return Promise.all([runVitest(working), runVitest(waiting)]);
    };
    // The longest check ends beside the tests: waited for by itself, it would leave a processor idle.
    for (const counts of (await Promise.all([runChecks(), tests()])).flat()) add(counts);
  } else add(await runVitest(filters));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  add({ failed: 1 });
}

const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);

/** @param {string[]} names */
function projects(...names) {
  return names.flatMap((name) => ['--project', name]);
}

/** @param {Partial<typeof total>} counts */
function add({ passed = 0, failed = 0, skipped = 0 }) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}

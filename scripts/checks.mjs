import { runTool } from './run-quietly.mjs';

/** Name, program and arguments of each fast check. */
const CHECKS = /** @type {const} */ ([
  [
    'types',
    'svelte-check/bin/svelte-check',
    ['--tsconfig', './tsconfig.json', '--fail-on-warnings', '--output', 'human']
  ],
  ['lint', 'eslint/bin/eslint.js', ['.', '--max-warnings', '0']],
  ['promises', 'oxlint/bin/oxlint', ['--type-aware', '--config', 'lint/promises.json', '.']],
  ['answers', '../scripts/answer-schemas.mjs', ['--check']],
  ['format', 'prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']]
]);

/**
 * Runs all checks, prints a line for each and the whole output of those that fail, and counts.
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runChecks() {
  const sync = await runTool('@sveltejs/kit/svelte-kit.js', ['sync']);
  if (!sync.ok) {
    report('sync', sync);
    return { passed: 0, failed: 1 };
  }
  const outcomes = CHECKS.map(async ([name, path, args]) => {
    const outcome = await runTool(path, [...args]);
    report(name, outcome);
    return outcome.ok;
  });
  const passed = (await Promise.all(outcomes)).filter(Boolean).length;
  return { passed, failed: CHECKS.length - passed };
}

/** @param {string} name @param {import('./run-quietly.mjs').Outcome} outcome */
export function report(name, { ok, output }) {
  console.log(`${ok ? '✓' : '✗'} ${name}`);
  if (!ok) console.log(output);
}

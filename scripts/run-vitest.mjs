import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from './project.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * Runs vitest, which prints as it goes, and counts single tests.
 * @param {string[]} args filters and options, as vitest takes them
 * @param {Record<string, string>} [env] variables that these tests have besides those of this process
 * @returns {Promise<Counts>}
 */
export async function runVitest(args, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-report-'));
  const file = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const ok = await vitest(['run', ...reporters, ...args], env);
    return counts(ok, JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    console.error(`vitest left no report: ${error instanceof Error ? error.message : error}`);
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string[]} args @param {Record<string, string>} env @returns {Promise<boolean>} */
function vitest(args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', ...args], {
      cwd: PROJECT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit']
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0));
  });
}

/**
 * @typedef {{ status: string, assertionResults: { status: string }[] }} FileReport
 * @typedef {{ testResults: FileReport[] }} Report
 */

/** @param {boolean} ok @param {Report} report @returns {Counts} */
function counts(ok, { testResults }) {
  const tests = testResults.flatMap((file) => file.assertionResults);
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const failedTests = tests.filter(({ status }) => status === 'failed').length;
  // A file that cannot even be loaded, or whose set-up fails, has no failed test of its own.
  const brokenFiles = testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed')
  ).length;
  const failed = failedTests + brokenFiles;
  // Nor has an error outside of any test; vitest's exit code tells of it.
  return { passed, failed: ok ? failed : Math.max(failed, 1), skipped: tests.length - passed - failedTests };
}

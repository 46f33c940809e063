import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { AT_LAST_MS } from './tests/support/at-last.ts';
import { LongestFirst } from './tests/support/longest-first.ts';

const resolve = { alias: { $lib: fileURLToPath(new URL('./src/lib', import.meta.url)) } };
const libAlias = Object.entries(resolve.alias).map(([find, replacement]) => ({ find, replacement }));

/** What speaks SQL to Postgres, module by module, in the words of the model. */
const MODELLED_TABLES = {
  find: /^.*\/db\/(?:driver\/|log\/|tables\/)?(audit-log|notify|(?:administrators|api-keys|applications|denials|documents|last-active|log-index|notices|operations|packages|roles|sending-names|sequence|sessions|settings|tree|users)-table)$/,
  replacement: fileURLToPath(new URL('./tests/simulation/memory/$1.ts', import.meta.url))
};

/** Node's own chance and timers, as the world of a simulation gives them; outside of one they are Node's. */
const WORLDS_MACHINE = Object.entries({ 'node:crypto': 'crypto', 'node:timers/promises': 'timers' }).map(
  ([name, file]) => ({
    find: new RegExp(`^${name}$`),
    replacement: fileURLToPath(new URL(`./tests/simulation/machine/${file}.ts`, import.meta.url))
  })
);

/** Passwords at a fiftieth of their cost, where hundreds of accounts are made. */
const QUICK_PASSWORDS = {
  find: /^@node-rs\/argon2$/,
  replacement: fileURLToPath(new URL('./tests/support/quick-argon2.ts', import.meta.url))
};

/**
 * Files of a project share the module graph of their worker: half of a short file was loading the program again. What
 * a module keeps for the time of one file hangs on `globalThis` or is undone in `afterAll`. Not where a file mocks
 * modules or the machine.
 */
const SHARED_MODULES = { isolate: false };

/**
 * How long a test may take, in milliseconds: one that hangs ends, and none is too slow on a machine with much else to
 * do.
 */
const UNHURRIED_MS = 600_000;

const setupFiles = ['tests/support/no-console.ts', 'tests/support/real-timers.ts'];

/** A project of tests that talk to the one Postgres of the run; each file makes databases of its own there. */
function withPostgres(
  name: string,
  options: {
    testTimeout: number;
    isolate?: boolean;
    sequence?: { groupOrder: number };
  }
): TestProjectInlineConfiguration {
  return {
    resolve: { alias: [...libAlias, QUICK_PASSWORDS] },
    test: {
      name,
      include: [`tests/${name}/**/*.test.ts`],
      environment: 'node',
      setupFiles: ['tests/support/clear-of-midnight.ts', ...setupFiles],
      globalSetup: ['tests/support/postgres.ts'],
      hookTimeout: 600_000,
      // As `until` waits.
      expect: { poll: { timeout: AT_LAST_MS, interval: 25 } },
      ...options
    }
  };
}

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          ...SHARED_MODULES,
          include: [
            'src/**/*.test.ts',
            'ws-server/**/*.test.ts',
            'verifier/**/*.test.ts',
            'packages/*/src/**/*.test.ts'
          ],
          exclude: ['**/*.svelte.test.ts'],
          environment: 'node',
          // Property tests share two cores with everything else.
          testTimeout: 120_000,
          setupFiles
        }
      },
      {
        // Controllers with runes: compiled as for the browser, where effects run.
        plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
        resolve: { ...resolve, conditions: ['browser'] },
        test: {
          name: 'svelte',
          include: ['src/**/*.svelte.test.ts'],
          environment: './tests/support/client-environment.ts',
          server: { deps: { inline: ['svelte'] } },
          setupFiles
        }
      },
      {
        // The client's and the service's code in one process, over a model of the database (docs/decisions/0027).
        plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
        resolve: {
          ...resolve,
          conditions: ['browser'],
          alias: [...libAlias, ...WORLDS_MACHINE, MODELLED_TABLES]
        },
        test: {
          name: 'simulation',
          include: ['tests/simulation/**/*.test.ts'],
          environment: './tests/support/client-environment.ts',
          server: { deps: { inline: ['svelte'] } },
          testTimeout: UNHURRIED_MS,
          // A few runs are played on a real database too.
          globalSetup: ['tests/support/postgres.ts'],
          hookTimeout: UNHURRIED_MS,
          setupFiles: ['tests/simulation/machine/install.ts', ...setupFiles]
        }
      },
      {
        resolve,
        test: {
          name: 'boundaries',
          ...SHARED_MODULES,
          include: ['tests/boundaries/**/*.test.ts'],
          environment: 'node',
          // They read every file, beside everything else.
          testTimeout: 120_000,
          setupFiles
        }
      },
      withPostgres('integration', { ...SHARED_MODULES, testTimeout: UNHURRIED_MS }),
      // Whatever wears the real program down.
      withPostgres('endurance', { testTimeout: UNHURRIED_MS }),
      withPostgres('sync', { ...SHARED_MODULES, testTimeout: UNHURRIED_MS }),
      // Real browsers, which keep two processors busy.
      withPostgres('e2e', { ...SHARED_MODULES, testTimeout: UNHURRIED_MS, sequence: { groupOrder: 1 } })
    ],
    sequence: { sequencer: LongestFirst },
    // Also on two cores: more at a time only take longer, and time out.
    maxWorkers: 2
  }
});

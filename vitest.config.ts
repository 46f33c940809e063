import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const resolve = { alias: { $lib: fileURLToPath(new URL('./src/lib', import.meta.url)) } };
const setupFiles = ['tests/support/no-console.ts'];

/** A project of tests that talk to the one Postgres of the run; each file makes databases of its own there. */
function withPostgres(
  name: string,
  options: { testTimeout: number; fileParallelism: boolean; sequence?: { groupOrder: number } }
): TestProjectInlineConfiguration {
  return {
    resolve,
    test: {
      name,
      include: [`tests/${name}/**/*.test.ts`],
      environment: 'node',
      setupFiles,
      globalSetup: ['tests/support/postgres.ts'],
      hookTimeout: 120_000,
      ...options
    }
  };
}

const stages = withPostgres('simulation', {
  testTimeout: 60_000,
  fileParallelism: false,
  sequence: { groupOrder: 1 }
});
/** Client and server in one process: the client as for the browser, where effects run. */
const simulation: TestProjectInlineConfiguration = {
  ...stages,
  plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
  resolve: { ...resolve, conditions: ['browser'] },
  test: {
    ...stages.test,
    environment: './tests/support/client-environment.ts',
    server: { deps: { inline: ['svelte'] } }
  }
};

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'ws-server/**/*.test.ts', 'verifier/**/*.test.ts'],
          exclude: ['**/*.svelte.test.ts'],
          environment: 'node',
          // Property tests share two cores with everything else.
          testTimeout: 30_000,
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
        resolve,
        test: {
          name: 'boundaries',
          include: ['tests/boundaries/**/*.test.ts'],
          environment: 'node',
          setupFiles
        }
      },
      withPostgres('integration', { testTimeout: 60_000, fileParallelism: true }),
      // One at a time, after the others: they measure and wait for other processes, which neighbours would disturb.
      withPostgres('sync', { testTimeout: 180_000, fileParallelism: false, sequence: { groupOrder: 1 } }),
      simulation,
      withPostgres('e2e', { testTimeout: 120_000, fileParallelism: false, sequence: { groupOrder: 1 } })
    ],
    // Also on two cores: most of what integration tests do is wait for Postgres.
    maxWorkers: 2
  }
});

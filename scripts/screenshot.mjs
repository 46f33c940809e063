import './require-node.mjs';

// Takes the README's picture of the example platform beside the role builder: `node scripts/screenshot.mjs`.

const { ensureInstalled } = await import('./ensure-installed.mjs');
await ensureInstalled();
const { ensureBuilt } = await import('./ensure-built.mjs');
await ensureBuilt();
const { runnerImport } = await import('vite');
const $lib = new URL('../src/lib', import.meta.url).pathname;
const file = new URL('../tests/support/take-screenshot.ts', import.meta.url).pathname;
const { module } = await runnerImport(file, {
  configFile: false,
  logLevel: 'error',
  resolve: { alias: { $lib } }
});
await module.takeScreenshot(new URL('../docs/platform.png', import.meta.url).pathname);
process.exit();

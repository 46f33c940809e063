import './require-node.mjs';

// `npm run check`: types, format, and lint with types in components too, which `npm test` has no time for.
process.env.LINT = 'whole';

try {
  const { ensureInstalled } = await import('./ensure-installed.mjs');
  await ensureInstalled();
  const { runChecks } = await import('./checks.mjs');
  const { failed } = await runChecks();
  process.exitCode = failed > 0 ? 1 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

import './require-node.mjs';

try {
  const { ensureInstalled } = await import('./ensure-installed.mjs');
  await ensureInstalled();
  const { runTool } = await import('./run-quietly.mjs');
  const { ok, output } = await runTool('typescript/bin/tsc', ['-p', 'packages/client']);
  if (!ok) throw new Error(`The client package could not be built:\n${output}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

// In this very process: signals reach it directly.
const example = new URL('../examples/platform/server.mjs', import.meta.url);
await import(example.href);

import './require-node.mjs';

try {
  const { ensureInstalled } = await import('./ensure-installed.mjs');
  await ensureInstalled();
  const { ensureBuilt } = await import('./ensure-built.mjs');
  await ensureBuilt();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

// The console runs in this very process: signals reach it directly, and there is no parent to leave it behind.
process.env.NODE_ENV ??= 'production';
const server = new URL('../build/server/serve.js', import.meta.url);
await import(server.href);

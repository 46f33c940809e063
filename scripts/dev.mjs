import './require-node.mjs';

// Development: the same console as `npm start`, with pages served from source and reloaded as they change. The code of
// the server is loaded once: restart after changing it.
try {
  const { ensureInstalled } = await import('./ensure-installed.mjs');
  await ensureInstalled();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

process.env.NODE_ENV = 'development';
process.env.ROLECALL_DEV = '1';
process.env.LOG_LEVEL ??= 'warn';

const { createServer } = await import('vite');
const vite = await createServer({ server: { middlewareMode: true }, appType: 'custom' });
const { develop } = await vite.ssrLoadModule('/src/programs/develop.ts');
await develop(vite.middlewares, () => vite.close());

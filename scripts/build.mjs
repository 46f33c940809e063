import './require-node.mjs';

try {
  const { ensureInstalled } = await import('./ensure-installed.mjs');
  await ensureInstalled();
  const { build } = await import('./ensure-built.mjs');
  console.log('Building …');
  await build();
  console.log('Built: build/web, build/server');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

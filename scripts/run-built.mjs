import './require-node.mjs';

/**
 * Runs a program of `build/server` in this very process, so that signals reach it directly and there is no parent to
 * leave it behind. What is missing is installed and built first.
 * @param {string} name
 */
export async function runBuilt(name) {
  try {
    const { ensureInstalled } = await import('./ensure-installed.mjs');
    await ensureInstalled();
    const { ensureBuilt } = await import('./ensure-built.mjs');
    await ensureBuilt();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
  process.env.NODE_ENV ??= 'production';
  await import(new URL(`../build/server/${name}.js`, import.meta.url).href);
}

// `npm run postfix-log`: the follower of Postfix's log (packages/postfix-log), built first.
import './require-node.mjs';

try {
  const { ensureInstalled } = await import('./ensure-installed.mjs');
  await ensureInstalled();
  const { runTool } = await import('./run-quietly.mjs');
  const { ok, output } = await runTool('typescript/bin/tsc', ['-p', 'packages/postfix-log']);
  if (!ok) throw new Error(`The follower could not be built:\n${output}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

// In this very process: signals reach it directly.
const follower = new URL('../packages/postfix-log/dist/main.js', import.meta.url);
await import(follower.href);

import './require-node.mjs';

try {
  const { ensureInstalled } = await import('./ensure-installed.mjs');
  await ensureInstalled();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(2);
}

// With an embedded database: the one in DATA_DIR, while it runs.
const { embeddedUrl } = await import('./embedded-url.mjs');
if (!process.argv.some((argument) => /^--(file|database-url|help)\b/.test(argument)))
  process.env['DATABASE_URL'] ||= embeddedUrl();
await import('../verifier/main.mjs');

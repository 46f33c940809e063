import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pageHandler } from '../../src/programs/page-handler';
import type { PageHandler } from '../../src/lib/server/api/http/outer-server';

const BUILD = fileURLToPath(new URL('../../build', import.meta.url));
const TEXT = /\.(?:js|css|html|json)$/;

export type OtherVersion = { version: string; pages: PageHandler; [Symbol.asyncDispose](): Promise<void> };

/** The version of the app that was built. */
export async function builtVersion(): Promise<string> {
  const said = await readFile(join(BUILD, 'web/client/_app/version.json'), 'utf8');
  return (JSON.parse(said) as { version: string }).version;
}

/**
 * Another release of the same app: what was built, under another version and with other names of its files. A real
 * second build would take half a minute.
 */
export async function otherVersion(version: string): Promise<OtherVersion> {
  const before = await builtVersion();
  const home = await mkdtemp(join(BUILD, 'other-'));
  await cp(join(BUILD, 'web'), join(home, 'web'), {
    recursive: true,
    filter: (path) => !/\.(?:br|gz)$/.test(path)
  });
  // Files are named by their content, which the version is part of: all of them get other names, as in a real build.
  const files = join(home, 'web/client/_app/immutable');
  const renamed = new Map<string, string>([[before, version]]);
  for (const entry of await readdir(files, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.js')) continue;
    const next = entry.name.replace(/\.js$/, `-${version}.js`);
    renamed.set(entry.name, next);
    await rename(join(entry.parentPath, entry.name), join(entry.parentPath, next));
  }
  for (const entry of await readdir(join(home, 'web'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !TEXT.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const text = await readFile(path, 'utf8');
    let changed = text;
    for (const [from, to] of renamed) changed = changed.replaceAll(from, to);
    if (changed !== text) await writeFile(path, changed);
  }
  await rehash(join(home, 'web/prerendered/shell.html'));
  return {
    version,
    pages: await pageHandler(new URL(`file://${home}/web/handler.js`)),
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true })
  };
}

/** The page's one inline script names files that were renamed: its hash in the policy with it. */
async function rehash(path: string): Promise<void> {
  const html = await readFile(path, 'utf8');
  const script = /<script>([\s\S]*?)<\/script>/.exec(html)?.[1] ?? '';
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(script));
  const hash = `sha256-${Buffer.from(digest).toString('base64')}`;
  await writeFile(path, html.replace(/sha256-[A-Za-z0-9+/=]+/, hash));
}

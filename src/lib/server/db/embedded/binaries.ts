import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { readFileSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join } from 'node:path';
import { EmbeddedPostgresError, explained, reasonIn, systemCode } from './embedded-postgres-error';
import { spawnAs, type ServiceAccount } from './service-account';

/** The Postgres programs, at paths that the account can execute. */
export interface Binaries {
  initdb: string;
  pgCtl: string;
  postgres: string;
  /** Major version of the server, such as 18. */
  major: number;
}

/** The programs as npm installed them: the folder `native` with `bin`, `lib` and `share`, and their version. */
export interface InstalledBinaries {
  native: string;
  version: string;
}

const PLATFORMS: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'linux',
  darwin: 'darwin',
  win32: 'windows'
};
const OTHER_DATABASE = 'set DATABASE_URL to a Postgres 15 or newer instead';

/** Finds the package with the programs for this machine. */
export function installedBinaries(): InstalledBinaries {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const root = dirname(dirname(require.resolve(name)));
    const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const version = (manifest as { version?: unknown }).version;
    return { native: join(root, 'native'), version: String(version) };
  } catch (error) {
    const message = `There is no embedded Postgres for this machine (npm package ${name}): ${OTHER_DATABASE}`;
    throw new EmbeddedPostgresError(message, { cause: error });
  }
}

/**
 * Programs that `account` can really run: the installed ones, or, when those lie where only root may enter or cannot
 * be completed, a copy in `place`.
 */
export function runnableBinaries(
  installed: InstalledBinaries,
  place: string,
  account: ServiceAccount | null
): Binaries {
  completeLibraries(installed.native);
  const direct = probe(installed.native, account);
  if ('major' in direct) return direct;

  const copy = join(place, `binaries-${installed.version}`);
  try {
    if (!existsSync(copy)) copyProgram(installed.native, copy);
  } catch (error) {
    throw explained(`Cannot copy the embedded Postgres to ${place}`, error);
  }
  const copied = probe(copy, account);
  if ('major' in copied) return copied;
  throw new EmbeddedPostgresError(
    `The embedded Postgres does not run here (${copied.failure}): ${OTHER_DATABASE}`
  );
}

/** Running it is the only honest test: of permissions on every parent, `noexec`, missing libraries, the C library. */
function probe(native: string, account: ServiceAccount | null): Binaries | { failure: string } {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const at = (name: string) => join(native, 'bin', name + suffix);
  const options = { ...spawnAs(account), encoding: 'utf8', windowsHide: true } as const;
  const run = spawnSync(at('postgres'), ['--version'], options);
  const major = Number(/\(PostgreSQL\) (\d+)/.exec(run.stdout ?? '')?.[1]);
  if (!major) return { failure: reasonIn(run.stderr ?? '') ?? run.error?.message ?? 'it says nothing' };
  const templates = join(native, 'share', 'postgresql', 'postgres.bki');
  if (account && spawnSync('/bin/sh', ['-c', 'test -r "$1"', 'sh', templates], options).status !== 0) {
    return { failure: `${account.name} cannot read its files` };
  }
  return { initdb: at('initdb'), pgCtl: at('pg_ctl'), postgres: at('postgres'), major };
}

/**
 * npm packages cannot carry symbolic links, so this one lists the names its libraries are looked up by and makes the
 * links in an install script. Install scripts are often switched off; then this makes them.
 */
function completeLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(dirname(native), target);
    if (lstatSync(link, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(basename(source), link);
    } catch (error) {
      // Another start was faster, or the folder is not ours to write: the probe decides whether that matters.
      if (systemCode(error) !== 'EEXIST') return;
    }
  }
}

/** Appears under its name only when complete; an interrupted or doubled copy does no harm. */
function copyProgram(native: string, to: string): void {
  const place = dirname(to);
  for (const entry of readdirSync(place)) {
    if (entry.startsWith('binaries-')) rmSync(join(place, entry), { recursive: true, force: true });
  }
  const draft = mkdtempSync(join(place, 'binaries-draft-'));
  const inside = join(draft, 'native');
  try {
    copyTree(native, inside);
    completeLibraries(inside);
    renameSync(inside, to);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/**
 * Copies with modes that let everybody read, whatever umask the installation had; leaves out what only compilers
 * need.
 */
function copyTree(from: string, to: string): void {
  mkdirSync(to);
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyTree(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (extname(entry.name) !== '.a') {
      copyFileSync(source, target);
      chmodSync(target, basename(from) === 'bin' ? 0o755 : 0o644);
    }
  }
}

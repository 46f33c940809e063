import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Peers that a bench alone needs, in these versions: installed for its time, so that nobody else carries them. */
const VERSIONS = {
  cerbos: '0.51.0',
  '@casl/ability': '7.0.1',
  'rate-limiter-flexible': '11.4.0',
  pg: '8.23.1'
} as const;

export type PeerName = keyof typeof VERSIONS;

export type Peers = {
  /** The folder they are in. */
  folder: string;
  /** A module of theirs. */
  load(name: PeerName): unknown;
  /** "cerbos 0.51.0, …" */
  versions: string;
  remove(): Promise<void>;
};

/** Installs peers from the registry that npm is set to. @throws what npm says when it cannot */
export async function installPeers(names: readonly PeerName[]): Promise<Peers> {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-peers-'));
  const dependencies = Object.fromEntries(names.map((name) => [name, VERSIONS[name]]));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder
  });
  const load = createRequire(join(folder, 'package.json'));
  return {
    folder,
    load: (name) => load(name) as unknown,
    versions: names.map((name) => `${name} ${VERSIONS[name]}`).join(', '),
    remove: () => rm(folder, { recursive: true, force: true })
  };
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Catalogue } from '../../src/lib/core/access/catalogue';
import { freePort } from '../servers/peer';

export type Cerbos = { port: number; cpuMs(): Promise<number>; stop(): Promise<void> };

const START_TRIES = 100;
/** Clock ticks of the kernel in a second, as /proc counts them. */
const TICKS = 100;

/** Cerbos with the roles of a catalogue as policies in a folder, its telemetry and decision log off. */
export async function startCerbos(folder: string, catalogue: Catalogue): Promise<Cerbos> {
  const policies = join(folder, 'policies');
  await mkdir(policies, { recursive: true });
  for (const { id: resource, actions } of catalogue.areas.flatMap(({ groups }) => groups))
    await writeFile(
      join(policies, `${resource}.json`),
      JSON.stringify(policyOf(catalogue, resource, actions))
    );
  const port = await freePort();
  const child = spawn(
    join(
      folder,
      'node_modules/@cerbos',
      `cerbos-${process.platform}-${process.arch}`,
      `cerbos-${process.platform}-${process.arch}`
    ),
    [
      'server',
      '--log-level=error',
      ...Object.entries({
        'server.httpListenAddr': `127.0.0.1:${port}`,
        'server.grpcListenAddr': `127.0.0.1:${await freePort()}`,
        'storage.driver': 'disk',
        'storage.disk.directory': policies,
        'telemetry.disabled': 'true',
        'audit.enabled': 'false'
      }).map(([name, value]) => `--set=${name}=${value}`)
    ],
    { stdio: 'ignore' }
  );
  const stop = async () => {
    if (child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  };
  for (let tries = 0; tries < START_TRIES; tries++) {
    await sleep(100);
    const isReady = await fetch(`http://127.0.0.1:${port}/_cerbos/health`).then(
      ({ ok }) => ok,
      () => false
    );
    if (isReady) return { port, stop, cpuMs: () => cpuOf(child.pid!) };
  }
  await stop();
  throw new Error('Cerbos did not get ready');
}

function policyOf({ roles }: Catalogue, resource: string, actions: readonly { id: string }[]): object {
  const rules = actions.flatMap(({ id }) => {
    const holders = roles.filter(({ permissions }) => permissions.includes(id)).map((role) => role.id);
    return holders.length === 0
      ? []
      : [{ actions: [id.slice(resource.length + 1)], effect: 'EFFECT_ALLOW', roles: holders }];
  });
  return { apiVersion: 'api.cerbos.dev/v1', resourcePolicy: { version: 'default', resource, rules } };
}

/** Processor time of a process since its start, in milliseconds. */
async function cpuOf(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]!.split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / TICKS) * 1000;
}

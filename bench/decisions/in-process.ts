import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRolecall } from '../../packages/client/src/entry';
import type { Catalogue } from '../../src/lib/core/access/catalogue';
import type { Peers } from '../peers';
import type { BenchPostgres } from '../postgres';
import { install, startOurs } from '../servers/ours';
import { median } from '../statistics';
import { addPeople, askingKey, heldBy, questionsOf } from './endpoints';

export type InProcessRow = { actions: number; ours: number; casl: number; agree: number };

const TURN_MS = 1000;
/** Answers between two looks at the clock. */
const AT_ONCE = 1000;

type Ability = { can(action: string, subject: string): boolean };
type Casl = { createMongoAbility(rules: { action: string; subject: string }[]): Ability };

/**
 * Questions a second in process: our client's live copy beside CASL, whose rules are the permissions of one person's
 * role. Both are asked in turns, awaited both, and their answers compared first.
 */
export async function measureInProcess(
  database: BenchPostgres,
  peers: Peers,
  catalogue: Catalogue,
  role: string,
  rounds: number
): Promise<InProcessRow> {
  const questions = questionsOf(catalogue);
  const file = join(peers.folder, `catalogue-${questions.length}.json`);
  await writeFile(file, JSON.stringify(catalogue));
  const env = { CATALOGUE_FILE: file };
  const installation = await install(await database.createDatabase(`in_process_${questions.length}`), env);
  // Somebody who has signed in: of others the answer is a no before their permissions are looked at.
  const [id] = await addPeople(installation, 1, role);
  const server = await startOurs(installation, env);
  const rolecall = createRolecall({
    url: installation.origin,
    key: await askingKey(installation),
    mode: 'local'
  });
  try {
    const { createMongoAbility } = peers.load('@casl/ability') as Casl;
    const held = heldBy(catalogue, role);
    const ability = createMongoAbility(
      held.map((permission) => {
        const at = permission.lastIndexOf('.');
        return { action: permission.slice(at + 1), subject: permission.slice(0, at) };
      })
    );
    const subject = { type: 'administrator', id: id! } as const;
    const ask = (n: number) => {
      const { resource, action } = questions[n % questions.length]!;
      return rolecall.can(subject, `${resource}.${action}`);
    };
    const askCasl = (n: number) => {
      const { resource, action } = questions[n % questions.length]!;
      return ability.can(action, resource);
    };
    let agree = 0;
    for (let n = 0; n < questions.length; n++) if ((await ask(n)) === askCasl(n)) agree += 1;
    const [ours, casl]: [number[], number[]] = [[], []];
    for (let round = 0; round <= rounds; round++) {
      const turn = [await perSecond(ask), await perSecond(askCasl)] as const;
      if (round === 0) continue;
      ours.push(turn[0]);
      casl.push(turn[1]);
    }
    return { actions: questions.length, ours: median(ours), casl: median(casl), agree };
  } finally {
    rolecall.close();
    await server.stop();
  }
}

async function perSecond(ask: (n: number) => boolean | Promise<boolean>): Promise<number> {
  const began = performance.now();
  let asked = 0;
  while (performance.now() - began < TURN_MS) for (let n = 0; n < AT_ONCE; n++) await ask(asked++);
  return (asked / (performance.now() - began)) * 1000;
}

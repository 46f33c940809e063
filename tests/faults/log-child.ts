import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq, sql } from 'drizzle-orm';
import { openLogKeys } from '../../src/lib/server/auth/log-key';
import { NO_KEYS } from '../../src/lib/server/auth/no-keys';
import { findAnswer, storeAnswer } from '../../src/lib/server/db/tables/operations-table';
import { roles } from '../../src/lib/server/db/schema/roles';
import { auditedTransaction } from '../../src/lib/server/db/driver/transaction';
import { record, SYSTEM } from '../../src/lib/server/services/write-path/audit';
import { startCheckpointFile } from '../../src/lib/server/services/log/upkeep/witness-file';
import { openConsole, type OpenConsole } from '../../src/lib/server/services/installation/open-console';
import { startSequencer } from '../../src/lib/server/services/log/sequencer/sequencer';
import { seeded } from './random';

// One process of the log campaign: a writer, or a sequencer with its record of checkpoints. It is killed in the
// middle of things.

// Before the work begins, which does not end before the process does.
class ThoughtBetter extends Error {
  override name = 'ThoughtBetter';
}

const [kind, url = '', role = '', seed = '', file = ''] = process.argv.slice(2);
const say = (line: string) => void process.stdout.write(`${line}\n`);
const complain = (fields: object, message: string) => say(`fault ${message} ${faultIn(fields)}`);

const keys = await openLogKeys({ file: '', env: process.env['LOG_SIGNING_KEYS'] ?? '' });
const open = await openConsole({
  url,
  pool: 4,
  name: `rolecall ${kind}`,
  catalogueFile: undefined,
  keyring: NO_KEYS,
  logKeys: keys,
  origin: 'http://localhost',
  log: { info: () => undefined, warn: complain, error: complain }
});
let running = true;
process.on('SIGTERM', () => (running = false));
say('ready');
await (kind === 'writer' ? write(open) : number(open));
await open.handle.close();
// As the program does (src/programs/server.ts): a connection that the driver was about to make once more is made all
// the same (postgres.js 3.4.9), and would keep the process.
process.exit(0);

/** One change after another, each with its entry; sometimes several, sometimes one that thinks better of it. */
async function write({ deps }: OpenConsole): Promise<void> {
  const random = seeded(Number(seed));
  while (running) {
    const ops = Array.from({ length: random.whole(1, 3) }, () => randomUUID());
    const givesUp = random.chance(0.1);
    const done = await auditedTransaction(deps.db, async (tx) => {
      // As every use case does: after a lost connection the first try may have been committed.
      const operation = {
        actor: role,
        op: ops[0]!,
        request: new Uint8Array(),
        answer: {},
        parts: null,
        about: null
      };
      if (await findAnswer(tx, role, operation.op)) return;
      for (const op of ops) {
        await tx
          .update(roles)
          .set({ seq: sql`${roles.seq} + 1` })
          .where(eq(roles.id, role));
        const target = { type: 'role', id: role, name: null };
        const by = {
          actor: SYSTEM,
          request: { id: 'campaign', ip: '192.0.2.1', peer: null, userAgent: null },
          op
        };
        await record(tx, by, { action: 'role.edited', target, outcome: 'success' }, [`role:${role}`]);
      }
      await storeAnswer(tx, operation);
      if (givesUp) throw new ThoughtBetter();
    }).then(
      () => true,
      (error: unknown) => {
        if (!(error instanceof ThoughtBetter)) say(`fault write ${String(error)}`);
        return false;
      }
    );
    // Only now it counts: whoever hears of it may rely on it.
    if (done) for (const op of ops) say(`done ${op}`);
    if (random.chance(0.2)) await sleep(random.whole(0, 10));
  }
}

async function number({ deps, handle, installation }: OpenConsole): Promise<void> {
  const { logOrigin } = installation;
  const record = startCheckpointFile(deps, file, logOrigin);
  const sequencer = await startSequencer(deps, handle, { logOrigin, keys, onSigned: () => record.kick() });
  while (running) await sleep(20);
  await sequencer.stop();
  await record.stop();
}

function faultIn(fields: object): string {
  return 'err' in fields && fields.err instanceof Error ? fields.err.message : '';
}

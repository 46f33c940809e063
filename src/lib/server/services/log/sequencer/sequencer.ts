import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseHandle } from '../../../db/driver/client';
import { CHANNEL } from '../../../db/driver/notify';
import { sqlState } from '../../../db/driver/client';
import { readHead } from '../../../db/log/sequence-table';
import type { Deps } from '../../write-path/deps';
import { onceIn } from '../../write-path/once-in';
import { DocumentStore } from './document-store';
import { recordFinding } from './inconsistency';
import { indexLog } from './index-log';
import { BATCH, sequenceBatch, type Sequencing } from './sequence-batch';
import { signLog } from './sign-log';
import type { InconsistentTree } from './sign-tree';
import { SignedMemory } from './signed-memory';

export type Sequencer = {
  /** Time since it last looked for entries, in ms, whoever numbered them. */
  silentFor(): number;
  stop(): Promise<void>;
};

export type SequencerOptions = Omit<Sequencing, 'memory'> & {
  /** A checkpoint was signed and committed. */
  onSigned?: (() => void) | undefined;
};

const TICK_MS = 1000;
const ACTIVITY_MS = 30_000;
/** Time until the next look when another process holds the lock, in ms: it may not have seen the latest entry. */
const BUSY_MS = 25;
/** Entries have numbers and no checkpoint yet: they are signed this soon. */
const SIGN_MS = 210;
/** A tree that was changed is said of this often. */
const ALARM_MS = 60_000;

/**
 * Numbers entries as they are committed. Any process may run one; one at a time works. NOTIFY wakes it, and a tick
 * every second finds what a lost notification left.
 * In one piece: its loop, its listener and its end share one state.
 */
export async function startSequencer(
  deps: Deps,
  handle: DatabaseHandle,
  options: SequencerOptions
): Promise<Sequencer> {
  const store = new DocumentStore();
  const sequencing: Sequencing = { ...options, memory: new SignedMemory() };
  let stopped = false;
  let wanted = true;
  let wake: () => void = () => undefined;
  let lookedAt = Date.now();
  let alarmDue = 0;
  let mayBeSigned = false;
  let mayBeIndexed = false;
  let indexDue = 0;
  let indexFailures = 0;
  let activityDue = Date.now() + ACTIVITY_MS;
  const kick = () => {
    wanted = true;
    wake();
  };
  // One checkpoint serves all that wait for a signature, however many batches they were numbered in.
  const signing = onceIn(SIGN_MS, () => {
    mayBeSigned = true;
    wake();
  });

  const subscription = await handle.driver.listen(CHANNEL.audit, kick, kick);
  const timer = setInterval(kick, TICK_MS);
  const running = run();
  return {
    silentFor: () => Date.now() - lookedAt,
    async stop() {
      stopped = true;
      clearInterval(timer);
      signing.cancel();
      kick();
      await running;
      await subscription.unlisten().catch(() => undefined);
    }
  };

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopped) {
      if (!wanted && !mayBeSigned && !mayBeIndexed) await new Promise<void>((resolve) => (wake = resolve));
      if (stopped) return;
      try {
        if (wanted) await number();
        // After the documents were told: whoever reads them does not wait for it.
        if (mayBeIndexed) await index();
        if (mayBeSigned) await sign();
        failures = 0;
      } catch (error) {
        wanted = true;
        // Two sequencers met: the later one starts over, there is nothing to tell.
        if (sqlState(error) === '40001') continue;
        failures += 1;
        deps.log.warn({ err: error, failures }, 'sequencer batch failed');
        await sleep(Math.min(5000, 50 * 2 ** failures));
      }
    }
  }

  async function number(): Promise<void> {
    wanted = false;
    const refresh = Date.now() >= activityDue;
    if (refresh) activityDue = Date.now() + ACTIVITY_MS;
    const done = await sequenceBatch(deps, store, sequencing, refresh);
    lookedAt = Date.now();
    if (done === null) {
      await sleep(BUSY_MS);
      wanted = true;
      return;
    }
    if (done.numbered >= BATCH) wanted = true;
    mayBeIndexed = done.toIndex;
    if (done.toSign && !mayBeSigned) signing.ask();
    await raise(done.alarm);
  }

  /** Writes what is missing in the index. Where it cannot, numbers, documents and signatures do not wait for it. */
  async function index(): Promise<void> {
    mayBeIndexed = false;
    // The next look, within a second, finds it again.
    if (Date.now() < indexDue) return;
    try {
      mayBeIndexed = await indexLog(deps);
      indexFailures = 0;
    } catch (error) {
      if (sqlState(error) === '40001') throw error;
      indexFailures += 1;
      indexDue = Date.now() + Math.min(60_000, 500 * 2 ** indexFailures);
      deps.log.warn({ err: error, failures: indexFailures }, 'the index of the log could not be written');
    }
  }

  async function sign(): Promise<void> {
    mayBeSigned = false;
    const done = await signLog(deps, sequencing);
    if (done === null || done.toSign) signing.ask();
    if (done?.signed) options.onSigned?.();
    await raise(done?.alarm ?? null);
  }

  async function raise(alarm: InconsistentTree | null): Promise<void> {
    if (alarm === null || Date.now() < alarmDue) return;
    alarmDue = Date.now() + ALARM_MS;
    await raiseAlarm(deps, alarm);
  }
}

/** Says it where whoever runs this looks, and in the log itself. Numbering does not wait for people: it goes on. */
async function raiseAlarm(deps: Deps, alarm: InconsistentTree): Promise<void> {
  deps.log.error({ err: alarm }, 'the log was changed: it is not signed any more');
  const now = (await readHead(deps.db))?.seq ?? 0;
  const evidence = { path: 'signed', old: alarm.signed, new: null };
  await recordFinding(deps, { by: 'sequencer', seen: alarm.signed, now, evidence });
}

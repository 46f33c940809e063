import { beforeAll, describe, expect, test } from 'vitest';
import {
  fullLog,
  MADE_ORIGIN,
  madeKeys,
  makeLog,
  type MadeCheckpoint,
  type MadeLog
} from '../../../../tests/support/made-log';
import { verifyEd25519 } from '../../server/auth/log-key';
import { sha256 } from '../../server/auth/token';
import { toBase64 } from './base64';
import { consistencyRanges } from './proof';
import { appendLeaves, foldSubtrees, placesOf } from './tree';
import { judgeCheckpoint, type HeldCheckpoint, type ToldCheckpoint } from './witness';

const tools = { hash: sha256, verify: verifyEd25519 };

let log: MadeLog;
let other: MadeLog;
beforeAll(async () => {
  const keys = await madeKeys();
  log = fullLog(keys);
  other = makeLog(
    keys,
    Array.from({ length: 40 }, () => ({ action: 'auth.sign_in' }))
  );
});

/** Answer of a server with this log to somebody who knows `since` entries. */
function told({ entries, vkeys, checkpoints }: MadeLog, since: number, epoch = 'e1'): ToldCheckpoint {
  const nodes = new Map<string, Uint8Array>();
  const leaves = entries.map(({ leaf }) => leaf);
  for (const { level, idx, hash } of appendLeaves(sha256, 0, [], leaves).nodes)
    nodes.set(`${level}/${idx}`, hash);
  const hashOf = (range: { start: number; end: number }) =>
    foldSubtrees(
      sha256,
      placesOf(range).map(({ level, idx }) => nodes.get(`${level}/${idx}`)!)
    );
  const { size, note } = checkpoints.at(-1)!;
  const both = (checkpoint: MadeCheckpoint) => checkpoint.note.split('\n— ').length > 2;
  return {
    epoch,
    origin: MADE_ORIGIN,
    vkey: vkeys.at(-1)!,
    note,
    proof: since > 0 && since <= size ? consistencyRanges(since, size).map(hashOf).map(toBase64) : null,
    rotations: checkpoints
      .filter((each) => each.size > since && both(each))
      .map((each) => ({ vkey: vkeys[1]!, note: each.note }))
  };
}

const held = ({ vkeys, checkpoints }: MadeLog, at: number, key = 0): HeldCheckpoint => ({
  epoch: 'e1',
  vkey: vkeys[key]!,
  note: checkpoints[at]!.note
});

/** The log as it was when it had `size` entries. */
const cutTo = ({ vkeys, entries, checkpoints }: MadeLog, size: number): MadeLog => ({
  vkeys,
  entries: entries.slice(0, size),
  checkpoints: checkpoints.filter((each) => each.size <= size)
});

describe('[LOG-6] a witness', () => {
  test('trusts the first key it sees, and whatever grew from what it saw', async () => {
    const first = await judgeCheckpoint(null, told(cutTo(log, 14), 0), tools);
    expect(first).toMatchObject({ state: 'intact', size: 14 });
    if (first.state !== 'intact') return;
    const second = await judgeCheckpoint(first.held, told(log, 14), tools);
    expect(second).toMatchObject({ state: 'intact', size: 40 });
    if (second.state === 'intact') expect(second.held.note).toBe(log.checkpoints.at(-1)!.note);
    expect(await judgeCheckpoint(null, { ...told(log, 0), note: null }, tools)).toEqual({ state: 'nothing' });
  });

  test('follows a key that was handed over by one that it trusts', async () => {
    const before = makeLog(await madeKeys(), [{ action: 'auth.sign_in' }, { action: 'auth.sign_out' }], 2);
    const handed = told(log, 0);
    // The one checkpoint before the handover is not of this log: the handover alone is looked at.
    const fake = { epoch: 'e1', vkey: log.vkeys[0]!, note: before.checkpoints[0]!.note };
    expect(await judgeCheckpoint(fake, { ...handed, rotations: [] }, tools)).toMatchObject({
      fault: 'forged'
    });
    expect(await judgeCheckpoint(fake, handed, tools)).toMatchObject({ fault: 'rewritten' });
    const single = handed.rotations[0]!.note.replace(/\n— [^\n]+\n$/, '\n');
    const alone = { ...handed, rotations: [{ vkey: log.vkeys[1]!, note: single }] };
    expect(await judgeCheckpoint(fake, alone, tools)).toMatchObject({
      state: 'inconsistent',
      fault: 'forged'
    });
  });

  test('notices a log that was cut', async () => {
    expect(await judgeCheckpoint(held(log, 4, 1), told(cutTo(log, 21), 35), tools)).toEqual({
      state: 'inconsistent',
      fault: 'cut',
      seen: 35,
      now: 21
    });
    const none = { ...told(log, 35), note: null };
    expect(await judgeCheckpoint(held(log, 4, 1), none, tools)).toMatchObject({ fault: 'cut', now: 0 });
  });

  test('notices a log that was written anew, by whoever holds the key, too', async () => {
    const seen = held(other, 2);
    const lie = { ...told(log, 21), vkey: other.vkeys[0]!, note: other.checkpoints[3]!.note };
    expect(await judgeCheckpoint(seen, lie, tools)).toMatchObject({
      state: 'inconsistent',
      fault: 'rewritten'
    });
    const rewritten = { ...told(other, 21), rotations: [] };
    const mine = {
      ...seen,
      note: seen.note.replace(/\n21\n.{43}=/, `\n21\n${toBase64(new Uint8Array(32))}`)
    };
    expect(await judgeCheckpoint(mine, rewritten, tools)).toMatchObject({ fault: 'rewritten' });
    expect(await judgeCheckpoint(seen, { ...rewritten, proof: null }, tools)).toMatchObject({
      fault: 'rewritten'
    });
    expect(await judgeCheckpoint(seen, { ...rewritten, proof: ['no base64'] }, tools)).toMatchObject({
      fault: 'rewritten'
    });
  });

  test('notices another key, and a signature that is none', async () => {
    const answer = told(other, 21);
    const stranger = { ...answer, vkey: log.vkeys[1]! };
    expect(await judgeCheckpoint(held(other, 2), stranger, tools)).toMatchObject({ fault: 'forged' });
    const unsigned = { ...answer, note: answer.note!.replace(/(\n— \S+ \S{20}).{4}/, '$1AAAA') };
    expect(await judgeCheckpoint(held(other, 2), unsigned, tools)).toMatchObject({ fault: 'forged' });
    expect(await judgeCheckpoint(null, unsigned, tools)).toMatchObject({ fault: 'forged' });
  });

  test('a witness says of another epoch that it is one, and what was seen before', async () => {
    expect(await judgeCheckpoint(held(log, 4, 1), told(cutTo(log, 21), 0, 'e2'), tools)).toMatchObject({
      state: 'restored',
      seen: 35,
      now: 21,
      held: { epoch: 'e2' }
    });
  });

  test('compares histories where it cannot check signatures', async () => {
    const blind = { hash: sha256, verify: null };
    expect(await judgeCheckpoint(held(log, 2, 1), told(log, 21), blind)).toMatchObject({ state: 'intact' });
    expect(
      await judgeCheckpoint(held(other, 2), { ...told(log, 21), vkey: other.vkeys[0]!, rotations: [] }, blind)
    ).toMatchObject({
      fault: 'rewritten'
    });
  });
});

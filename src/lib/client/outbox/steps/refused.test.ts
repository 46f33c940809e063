import { describe, expect, test } from 'vitest';
import type { Refusal } from '$lib/core/access/refusal';
import type { Records } from '../record';
import { requestOf } from '../requests';
import {
  after,
  change,
  landing,
  restore,
  sendAll,
  suspend,
  tick
} from '../../../../../tests/support/outbox-steps';
import { addEdit } from './edits';
import { beginForwarding } from './forwarding';
import { land } from './landing';
import { askAgain, yieldPart } from './refused';
import { fixNext, refuse } from './sending';

const input = (records: Records) => requestOf(records[0]!).input;

describe('[LIV-8] what was refused', () => {
  test('[LIV-6] asking again knows what the answer told, and nothing later', () => {
    const sent = fixNext(0)(after(tick('a')));
    const reason = {
      code: 'conflict/revoked-since',
      permission: 'a',
      by: 'Tom',
      at: '',
      version: 8
    } as const;
    const refused = land(sent[0]!.op, landing(9, [], [{ key: 'a', reason }]), 0)(sent);
    const again = askAgain({ n: refused[0]!.n, at: 1, op: () => 'again' })(refused);
    expect(sendAll(again)).toMatchObject([{ op: 'again', grant: ['a'], seen: 8 }]);
  });

  test('a refused command is asked again as another operation', () => {
    const refused = refuse('suspend', { code: 'access/not-dominated' }, 5)(fixNext(0)(after(suspend)));
    const again = askAgain({ n: refused[0]!.n, at: 1, op: () => 'other' })(refused);
    expect(sendAll(again)).toMatchObject([{ op: 'other', id: 'p' }]);
  });

  test('[LIV-6] a command that is asked for again knows what stood against it', () => {
    const revoked: Refusal = {
      ...{ code: 'conflict/revoked-since', permission: 'a', by: 'Tom' },
      ...{ at: '2026-11-22T00:00:00.000Z', version: 12 }
    };
    const records = after(restore, fixNext(1), refuse('restore', revoked, 2));
    const again = askAgain({ n: records[0]!.n, at: 3, op: () => 'again' })(records);
    expect(input(again)).toEqual({ op: 'again', id: 'support', seq: 3, seen: 12 });
  });
});

describe('what lands together or not at all', () => {
  const conflict: Refusal = {
    ...{ code: 'conflict/changed-since', field: 'passwords.minLength', yours: 20, theirs: 18 },
    ...{ by: 'Tom', at: '2026-11-22T00:00:00.000Z', version: 7 }
  };
  const changes = [change('minLength', 20, 15), change('minLengthWith2fa', 12, 10)];
  const made = addEdit({ subject: 'settings:passwords', label: 'It', at: 1, changes, op: () => 'both' });
  const refused = after(
    made,
    fixNext(1),
    land('both', { ...landing(7, [], [{ key: 'minLength', reason: conflict }]), whole: true }, 2)
  );

  test('[LIV-7] what lands together or not at all is refused whole: what was not named by the refusal has not landed', () => {
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatchObject({
      stage: { is: 'refused', reason: conflict },
      change: { parts: { minLength: { value: 20 }, minLengthWith2fa: { value: 12 } } }
    });
  });

  test('[LIV-7] using yours is knowing of the one that was shown, and of no other', () => {
    const again = askAgain({ n: refused[0]!.n, at: 3, op: () => 'again' })(refused);
    expect(input(again)).toEqual({
      ...{ op: 'again', seen: 7, seenParts: { minLengthWith2fa: 5 } },
      passwords: { minLength: 20, minLengthWith2fa: 12 }
    });
  });

  test('[LIV-7] keeping theirs asks again for the rest, of which nothing was told', () => {
    const again = yieldPart({ n: refused[0]!.n, key: 'minLength', at: 3, op: () => 'rest' })(refused);
    expect(again).toHaveLength(1);
    expect(again[0]!.stage).toEqual({ is: 'queued' });
    expect(input(again)).toEqual({ op: 'rest', seen: 5, passwords: { minLengthWith2fa: 12 } });
  });

  test('[LIV-4] keeping theirs does not bring back what was asked for otherwise since', () => {
    const since = addEdit({
      ...{ subject: 'settings:passwords', label: 'It', at: 3, op: () => 'since' },
      changes: [change('minLengthWith2fa', 11, 10)]
    })(refused);
    const kept = yieldPart({ n: refused[0]!.n, key: 'minLength', at: 4, op: () => 'rest' })(since);
    expect(kept).toHaveLength(1);
    expect(input(kept)).toMatchObject({ op: 'since', passwords: { minLengthWith2fa: 11 } });
  });

  test('[LIV-8] what is being handed on stays whole', () => {
    const forwarding = { op: 'h', to: { id: 't', name: 'Tom' }, note: '' };
    const fixed = beginForwarding(refused[0]!.n, forwarding)(refused);
    expect(yieldPart({ n: refused[0]!.n, key: 'minLength', at: 4, op: () => 'x' })(fixed)).toBe(fixed);
  });

  test('keeping theirs where nothing else was asked for leaves nothing', () => {
    const alone = after(tick('a'), fixNext(1));
    const one = land(alone[0]!.op, landing(9, [], [{ key: 'a', reason: conflict }]), 2)(alone);
    expect(yieldPart({ n: one[0]!.n, key: 'a', at: 3, op: () => 'x' })(one)).toEqual([]);
  });
});

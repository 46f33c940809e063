import { describe, expect, test } from 'vitest';
import type { Refusal } from '$lib/core/access/refusal';
import type { Landing } from '../answers';
import {
  after,
  change,
  edit,
  landing,
  restore,
  ROLE,
  sendAll,
  tick
} from '../../../../../tests/support/outbox-steps';
import type { Records } from '../record';
import { addCommand } from './commands';
import { land, acknowledge } from './landing';
import { fixNext, refuse } from './sending';

describe('[LIV-8] what the server said', () => {
  test('landed parts stay until the copy has them, refused ones until their author decides', () => {
    const sent = fixNext(0)(after(tick('a'), tick('b'), tick('c')));
    const reason: Refusal = { code: 'access/not-held', permissions: ['b'] };
    const records = land(sent[0]!.op, landing(9, ['a'], [{ key: 'b', reason }]), 77)(sent);
    expect(records).toMatchObject([
      { stage: { is: 'landed', seq: 9 }, change: { parts: { a: { own: true }, c: { own: false } } } },
      { stage: { is: 'refused', reason, at: 77 }, change: { parts: { b: { value: true } } } }
    ]);
    expect(acknowledge(ROLE, 8)(records)).toHaveLength(2);
    expect(acknowledge(ROLE, 9)(records)).toMatchObject([{ stage: { is: 'refused' } }]);
    // A copy of the answer that comes late changes nothing.
    expect(land(sent[0]!.op, landing(9, ['a']), 78)(records)).toBe(records);
  });

  test('one card for each reason; each field that both changed has its own', () => {
    const sent = fixNext(0)(after(tick('a'), tick('b'), tick('c'), edit(ROLE, change('name', 'N', 'M'))));
    const revoked = (by: string) =>
      ({ code: 'conflict/revoked-since', permission: '', by, at: '', version: 8 }) as const;
    const changed: Refusal = {
      code: 'conflict/changed-since',
      field: 'name',
      yours: 'N',
      theirs: 'O',
      by: 'Tom',
      at: '',
      version: 8
    };
    const refused: Landing['refused'] = [
      { key: 'a', reason: revoked('Tom') },
      { key: 'b', reason: revoked('Ana') },
      { key: 'c', reason: revoked('Tom') },
      { key: 'name', reason: changed }
    ];
    const records = land(sent[0]!.op, landing(9, [], refused), 0)(sent);
    const keys = records.map(({ change }) => (change.kind === 'edit' ? Object.keys(change.parts) : []));
    expect(keys).toEqual([['a', 'c'], ['b'], ['name']]);
    expect(new Set(records.map(({ n }) => n)).size).toBe(3);
  });

  test('of a command that was done in part its author hears: it is kept with the reason', () => {
    const reason: Refusal = { code: 'access/not-held', permissions: ['a'] };
    const part = after(restore, fixNext(1), land('restore', landing(9, ['b'], [{ key: 'a', reason }]), 2));
    expect(part).toMatchObject([{ op: 'restore', stage: { is: 'refused', reason, partly: true } }]);
    const none = after(restore, fixNext(1), land('restore', landing(9, [], [{ key: 'a', reason }]), 2));
    expect(none[0]!.stage).toEqual({ is: 'refused', reason, at: 2 });
  });

  test('[LIV-6] a step of a status knows the own one before it, and no other', () => {
    const step = (procedure: 'administrators.suspend' | 'administrators.reactivate', id: string) =>
      addCommand({
        ...({
          procedure,
          input: procedure === 'administrators.suspend' ? { id } : { id, seen: 5 }
        } as Parameters<typeof addCommand>[0]),
        ...{ subject: `person:${id}` as const, label: 'Priya', at: 1000, op: `${procedure} ${id}` }
      });
    const [barred, back] = ['administrators.suspend', 'administrators.reactivate'] as const;
    const waiting = after(step(barred, 'p'), step(back, 'p'), step(back, 'q'), fixNext(1000));
    const seenBy = (records: Records) =>
      sendAll(records).map((input) => ('seen' in input ? input.seen : null));
    expect(seenBy(land(`${barred} p`, landing(7, []), 2000)(waiting))).toEqual([7, 5]);
    // What did not land made no version.
    expect(seenBy(refuse(`${barred} p`, { code: 'access/not-dominated' }, 2000)(waiting))).toEqual([5, 5]);
  });
});

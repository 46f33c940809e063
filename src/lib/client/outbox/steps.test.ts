import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Refusal } from '$lib/core/access/refusal';
import type { Landing } from './answers';
import { isPending, type PartValue, type Records, type Step } from './record';
import { requestOf } from './requests';
import {
  addDeed,
  addEdit,
  askAgain,
  beginHanding,
  discard,
  fixNext,
  hold,
  land,
  nextToSend,
  refuse,
  release,
  settle,
  withdraw,
  yieldPart,
  type Wish
} from './steps';

const ROLE = 'role:support';
const wish = (key: string, value: PartValue, committed: PartValue, seen = 5): Wish => {
  return { key, value, committed, seen };
};
let ops = 0;
const edit = (subject: 'role:support' | 'role:billing' | 'person:p', ...wishes: Wish[]): Step => {
  const first = ops++;
  return addEdit({ subject, label: 'It', at: 1000, wishes, op: (index) => `op-${first}-${index}` });
};
const tick = (key: string, on = true, seen = 5) => edit(ROLE, wish(key, on, !on, seen));
const suspend = addDeed({
  procedure: 'administrators.suspend',
  input: { id: 'p' },
  subject: 'person:p',
  label: 'Priya',
  at: 1000,
  op: 'suspend'
});
const after = (...steps: Step[]): Records => steps.reduce<Records>((records, step) => step(records), []);
const landing = (seq: number, applied: string[], refused: Landing['refused'] = []): Landing => {
  return { seq, applied: new Set(applied), refused, whole: false };
};
const sendAll = (records: Records) => records.filter(isPending).map((record) => requestOf(record).input);

describe('[LIV-4] what waits', () => {
  test('edits of one subject travel together, those of another in their order', () => {
    const records = after(tick('a'), tick('b'), edit('role:billing', wish('c', true, false)), tick('d'));
    expect(records.map(({ subject }) => subject)).toEqual([ROLE, 'role:billing', ROLE]);
    expect(sendAll(records).map(({ grant }) => grant)).toEqual([['a', 'b'], ['c'], ['d']]);
  });

  test('never joins what was fixed, and is behind a deed that came before', () => {
    const fixed = fixNext(1000)(after(tick('a')));
    expect(tick('b')(fixed)).toHaveLength(2);
    const behind = after(
      edit('person:p', wish('name', 'P', 'Q')),
      suspend,
      edit('person:p', wish('email', 'p', 'q'))
    );
    expect(behind.map(({ change }) => change.kind)).toEqual(['edit', 'deed', 'edit']);
  });

  test('taking back leaves no trace; replacing keeps what the author knew', () => {
    expect(after(tick('a'), tick('b'), edit(ROLE, wish('a', false, false, 9)))).toMatchObject([
      { change: { parts: { b: { value: true } } } }
    ]);
    const renamed = after(
      edit(ROLE, wish('name', 'One', 'Zero', 5)),
      edit(ROLE, wish('name', 'Two', 'Zero', 9))
    );
    expect(renamed).toMatchObject([{ change: { parts: { name: { value: 'Two', from: 'Zero', seen: 5 } } } }]);
    expect(withdraw(ROLE, new Set(['name']))(renamed)).toEqual([]);
  });

  test('an edit against a committed value that moved meanwhile is an edit', () => {
    // Ticked here, then ticked by somebody else: the author who unticks now means it.
    const records = after(tick('a'), edit(ROLE, wish('a', false, true, 8)));
    expect(sendAll(records)).toMatchObject([{ revoke: ['a'], seen: 8 }]);
  });

  test('one request, whatever its parts knew', () => {
    const [request] = sendAll(
      after(tick('a', true, 5), tick('b', false, 7), edit(ROLE, wish('name', 'N', 'M', 6)))
    );
    expect(request).toMatchObject({ id: 'support', grant: ['a'], revoke: ['b'], name: 'N', seen: 7 });
    expect(request?.seenParts).toEqual({ a: 5, name: 6 });
    const [person] = sendAll(
      after(edit('person:p', wish('caps.daily', 5, 'inherit'), wish('roleId', 'r', 's')))
    );
    expect(person).toMatchObject({ id: 'p', roleId: 'r', caps: { daily: 5 }, seen: 5 });
  });

  test('what waited for long says when it was made, the same at every try', () => {
    const soon = fixNext(2000)(after(tick('a')));
    expect(requestOf(soon[0]!).input).not.toHaveProperty('claimedAt');
    const late = fixNext(60_000)(after(tick('a')));
    expect(requestOf(fixNext(90_000)(late)[0]!).input['claimedAt']).toBe('1970-01-01T00:00:01.000Z');
  });

  test('a held change keeps those behind it of its own subject, and no others', () => {
    const held = hold('suspend')(
      fixNext(0)(after(suspend, edit('person:p', wish('name', 'P', 'Q')), tick('a')))
    );
    expect(nextToSend(held)?.subject).toBe(ROLE);
    expect(nextToSend(release(() => 'other')(held))?.op).toBe('suspend');
  });

  test('[AUT-4] what was held is the same request afterwards; amended meanwhile, it is another operation', () => {
    const given = release(() => 'other');
    const held = hold('suspend')(fixNext(0)(after(suspend)));
    const [again] = fixNext(99_000)(given(held));
    expect(requestOf(again!)).toEqual(requestOf(held[0]!));
    const edits = fixNext(0)(after(edit('person:p', wish('name', 'P', 'Q'), wish('email', 'a', 'b'))));
    const less = withdraw('person:p', new Set(['email']))(hold(edits[0]!.op)(edits));
    expect(given(less)).toMatchObject([{ op: 'other', stage: { is: 'queued' } }]);
  });

  test('what was sent cannot be taken back, what waits can', () => {
    const records = fixNext(0)(after(tick('a'), suspend));
    expect(discard(1)(records)).toEqual(records);
    expect(discard(2)(records)).toHaveLength(1);
    expect(withdraw(ROLE, new Set(['a']))(records)).toEqual(records);
  });
});

describe('[LIV-8] what the server said', () => {
  test('landed parts stay until the copy has them, refused ones until their author decides', () => {
    const sent = fixNext(0)(after(tick('a'), tick('b'), tick('c')));
    const reason: Refusal = { code: 'access/not-held', permissions: ['b'] };
    const records = land(sent[0]!.op, landing(9, ['a'], [{ key: 'b', reason }]), 77)(sent);
    expect(records).toMatchObject([
      { stage: { is: 'landed', seq: 9 }, change: { parts: { a: { own: true }, c: { own: false } } } },
      { stage: { is: 'refused', reason, at: 77 }, change: { parts: { b: { value: true } } } }
    ]);
    expect(settle(ROLE, 8)(records)).toHaveLength(2);
    expect(settle(ROLE, 9)(records)).toMatchObject([{ stage: { is: 'refused' } }]);
    // A copy of the answer that comes late changes nothing.
    expect(land(sent[0]!.op, landing(9, ['a']), 78)(records)).toBe(records);
  });

  test('one card for each reason; each field that both changed has its own', () => {
    const sent = fixNext(0)(after(tick('a'), tick('b'), tick('c'), edit(ROLE, wish('name', 'N', 'M'))));
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

  test('a refused deed is asked again as another operation', () => {
    const refused = refuse('suspend', { code: 'access/not-dominated' }, 5)(fixNext(0)(after(suspend)));
    const again = askAgain({ n: refused[0]!.n, at: 1, op: () => 'other' })(refused);
    expect(sendAll(again)).toMatchObject([{ op: 'other', id: 'p' }]);
  });
});

test('[LIV-4] whatever is asked, in whatever order: the last wish of each part is shown, sent, and nothing twice', () => {
  const keys = ['a', 'b', 'name'] as const;
  const actions = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('wish' as const), key: fc.constantFrom(...keys), value: fc.boolean() }),
      fc.record({ kind: fc.constantFrom('fix', 'land', 'refuse', 'lose') })
    ),
    { maxLength: 40 }
  );
  fc.assert(
    fc.property(actions, (list) => {
      const committed = new Map<string, boolean>(keys.map((key) => [key, false]));
      const wanted = new Map<string, boolean>();
      let records: Records = [];
      let seq = 5;
      const deliver = () => {
        const sent = records.find(({ stage }) => stage.is === 'sent');
        if (!sent || sent.change.kind !== 'edit') return;
        for (const [key, { value }] of Object.entries(sent.change.parts)) committed.set(key, value === true);
        seq++;
        records = land(sent.op, landing(seq, Object.keys(sent.change.parts)), 0)(records);
      };
      for (const action of list)
        if (action.kind === 'wish') {
          wanted.set(action.key, action.value);
          records = edit(ROLE, wish(action.key, action.value, committed.get(action.key)!, seq))(records);
        } else if (action.kind === 'fix') records = fixNext(0)(records);
        else if (action.kind === 'land') deliver();
      // Everything still waiting gets through in order.
      for (let turn = 0; turn < 60 && records.some(isPending); turn++) {
        records = fixNext(0)(records);
        deliver();
      }
      expect(records.filter(isPending)).toEqual([]);
      for (const [key, value] of wanted) expect(committed.get(key)).toBe(value);
      expect(new Set(records.map(({ n }) => n)).size).toBe(records.length);
    }),
    { numRuns: 500 }
  );
});

describe('what lands together or not at all', () => {
  const conflict: Refusal = {
    ...{ code: 'conflict/changed-since', field: 'passwords.minLength', yours: 20, theirs: 18 },
    ...{ by: 'Tom', at: '2026-11-22T00:00:00.000Z', version: 7 }
  };
  const wishes = [wish('minLength', 20, 15), wish('minLengthWith2fa', 12, 10)];
  const made = addEdit({ subject: 'settings:passwords', label: 'It', at: 1, wishes, op: () => 'both' });
  const refused = after(
    made,
    fixNext(1),
    land('both', { ...landing(7, [], [{ key: 'minLength', reason: conflict }]), whole: true }, 2)
  );

  test('[LIV-7] is refused whole: what was not named by the refusal has not landed', () => {
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatchObject({
      stage: { is: 'refused', reason: conflict },
      change: { parts: { minLength: { value: 20 }, minLengthWith2fa: { value: 12 } } }
    });
  });

  const input = (records: Records) => requestOf(records[0]!).input;

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
      wishes: [wish('minLengthWith2fa', 11, 10)]
    })(refused);
    const kept = yieldPart({ n: refused[0]!.n, key: 'minLength', at: 4, op: () => 'rest' })(since);
    expect(kept).toHaveLength(1);
    expect(input(kept)).toMatchObject({ op: 'since', passwords: { minLengthWith2fa: 11 } });
  });

  test('[LIV-8] what is being handed on stays whole', () => {
    const handing = { op: 'h', to: { id: 't', name: 'Tom' }, note: '' };
    const fixed = beginHanding(refused[0]!.n, handing)(refused);
    expect(yieldPart({ n: refused[0]!.n, key: 'minLength', at: 4, op: () => 'x' })(fixed)).toBe(fixed);
  });

  test('keeping theirs where nothing else was asked for leaves nothing', () => {
    const alone = after(tick('a'), fixNext(1));
    const one = land(alone[0]!.op, landing(9, [], [{ key: 'a', reason: conflict }]), 2)(alone);
    expect(yieldPart({ n: one[0]!.n, key: 'a', at: 3, op: () => 'x' })(one)).toEqual([]);
  });

  const restore = addDeed({
    ...{ procedure: 'roles.restore', input: { id: 'support', seq: 3, seen: 5 }, subject: ROLE },
    ...{ label: 'Support', at: 1, op: 'restore' }
  });

  test('[LIV-8] of a deed that was done in part its author hears: it is kept with the reason', () => {
    const reason: Refusal = { code: 'access/not-held', permissions: ['a'] };
    const part = after(restore, fixNext(1), land('restore', landing(9, ['b'], [{ key: 'a', reason }]), 2));
    expect(part).toMatchObject([{ op: 'restore', stage: { is: 'refused', reason, partly: true } }]);
    const none = after(restore, fixNext(1), land('restore', landing(9, [], [{ key: 'a', reason }]), 2));
    expect(none[0]!.stage).toEqual({ is: 'refused', reason, at: 2 });
  });

  test('[LIV-6] a step of a status knows the own one before it, and no other', () => {
    const step = (procedure: 'administrators.suspend' | 'administrators.reactivate', id: string) =>
      addDeed({
        ...({
          procedure,
          input: procedure === 'administrators.suspend' ? { id } : { id, seen: 5 }
        } as Parameters<typeof addDeed>[0]),
        ...{ subject: `person:${id}` as const, label: 'Priya', at: 1000, op: `${procedure} ${id}` }
      });
    const [barred, back] = ['administrators.suspend', 'administrators.reactivate'] as const;
    const waiting = after(step(barred, 'p'), step(back, 'p'), step(back, 'q'), fixNext(1000));
    const seenBy = (records: Records) =>
      records.filter(isPending).map(({ change }) => (change.kind === 'deed' ? change.input : null));
    expect(seenBy(land(`${barred} p`, landing(7, []), 2000)(waiting))).toEqual([
      ...[
        { id: 'p', seen: 7 },
        { id: 'q', seen: 5 }
      ]
    ]);
    // What did not land made no version.
    expect(seenBy(refuse(`${barred} p`, { code: 'access/not-dominated' }, 2000)(waiting))).toEqual([
      ...[
        { id: 'p', seen: 5 },
        { id: 'q', seen: 5 }
      ]
    ]);
  });

  test('[LIV-6] a deed that is asked for again knows what stood against it', () => {
    const revoked: Refusal = {
      ...{ code: 'conflict/revoked-since', permission: 'a', by: 'Tom' },
      ...{ at: '2026-11-22T00:00:00.000Z', version: 12 }
    };
    const records = after(restore, fixNext(1), refuse('restore', revoked, 2));
    const again = askAgain({ n: records[0]!.n, at: 3, op: () => 'again' })(records);
    expect(input(again)).toEqual({ op: 'again', id: 'support', seq: 3, seen: 12 });
  });
});

import { describe, expect, test } from 'vitest';
import { HANDED_COMMANDS } from '$lib/core/commands';
import { HANDED_REASONS } from '$lib/core/forwarding/handovers';
import type { Refusal } from '$lib/core/access/refusal';
import { RequestedChange } from '$lib/protocol/handover-inputs';
import { requestedChangeOf, asOwn, changeOf } from './requested-change';
import { forwardingOf, type OutboxRecord, type Records, type Step } from './record';
import { addCommand } from './steps/commands';
import { addEdit } from './steps/edits';
import { beginForwarding, endForwarding, forwarded, putBack } from './steps/forwarding';
import { askAgain, discard } from './steps/refused';
import { fixNext, nextToSend, refuse } from './steps/sending';

const AT = 1_000;
const REASON: Refusal = { code: 'access/not-dominated' };
const after = (...steps: Step[]): Records => steps.reduce<Records>((records, step) => step(records), []);
const fieldChange = (key: string, value: string | boolean, committed: string | boolean, seen = 5) => ({
  key,
  value,
  committed,
  seen
});
const refused = (reason: Refusal = REASON): Records =>
  after(
    addEdit({
      subject: 'role:support',
      label: 'Support',
      at: AT,
      changes: [
        fieldChange('audience.contacts.export', true, false),
        fieldChange('name', 'Help', 'Support', 4)
      ],
      op: () => 'edit'
    }),
    fixNext(AT),
    refuse('edit', reason, AT)
  );
const forwarding = { op: 'hand', to: { id: 'p', name: 'Priya' }, note: '' };
const again = { n: 1, at: AT, op: () => 'again' };

describe('[LIV-8] a refused change that is being handed on', () => {
  test('a refused change that is being handed on stays in the tray until the server has it, and only then is gone', () => {
    const on = beginForwarding(1, forwarding)(refused());
    expect(on.map(forwardingOf)).toEqual([forwarding]);
    expect(forwarded('another')(on)).toEqual(on);
    expect(forwarded('hand')(on)).toEqual([]);
  });

  test('the first choice stands: a second press, in this tab or another, is not a second hand-over', () => {
    const on = beginForwarding(1, forwarding)(refused());
    expect(beginForwarding(1, { ...forwarding, op: 'other', to: { id: 'q', name: 'Q' } })(on)).toEqual(on);
  });

  test('a refused change that is being handed on is neither asked for again nor discarded while nobody knows whether it arrived', () => {
    const on = beginForwarding(1, forwarding)(refused());
    expect(discard(1)(on)).toEqual(on);
    expect(askAgain(again)(on)).toEqual(on);
  });

  test('a refused change that is being handed on is where it was before when the server would not have it', () => {
    const before = refused();
    const back = endForwarding('hand')(beginForwarding(1, forwarding)(before));
    expect(back).toEqual(before);
    expect(discard(1)(back)).toEqual([]);
  });

  test('what only waits is not handed on', () => {
    const waiting = after(
      addCommand({
        procedure: 'roles.delete',
        input: { id: 'a' },
        subject: 'role:a',
        label: 'A',
        at: AT,
        op: 'd'
      })
    );
    expect(beginForwarding(1, forwarding)(waiting)).toEqual(waiting);
    expect(requestedChangeOf(waiting[0]!)).toBeNull();
  });

  test('what comes back is in the tray once', () => {
    const [record] = refused() as [OutboxRecord];
    const { subject, label, change } = record;
    const back = putBack({ op: 'b', subject, label, at: AT, change, reason: REASON, handover: 'h' });
    const once = after(back);
    expect(once).toMatchObject([{ op: 'b', handover: 'h', stage: { is: 'refused', reason: REASON } }]);
    expect(back(once)).toEqual(once);
  });
});

describe('[LIV-8] what is handed on', () => {
  test('what is handed on is the request without what belongs to it, which the edge takes as it takes the mutation', () => {
    const asked = requestedChangeOf(refused()[0]!)!;
    expect(asked).toEqual({
      procedure: 'roles.edit',
      input: {
        id: 'support',
        grant: ['audience.contacts.export'],
        name: 'Help',
        seen: 5,
        seenParts: { name: 4 }
      }
    });
    expect(RequestedChange.parse(asked)).toEqual(asked);
  });

  test('what is handed on comes back as the change it was', () => {
    const [record] = refused() as [OutboxRecord];
    const { subject, change } = changeOf(requestedChangeOf(record)!);
    const back = after(
      putBack({ op: 'b', subject, label: 'Support', at: AT, change, reason: REASON, handover: 'h' })
    );
    expect(requestedChangeOf(back[0]!)).toEqual(requestedChangeOf(record));
  });

  test('[LIV-6] what is handed on is applied with what its recipient knows, not with what its author knew', () => {
    expect(asOwn(requestedChangeOf(refused()[0]!)!, 9)).toEqual({
      procedure: 'roles.edit',
      input: { id: 'support', grant: ['audience.contacts.export'], name: 'Help', seen: 9 }
    });
    const suspend = { procedure: 'administrators.suspend', input: { id: 'p' } } as const;
    expect(asOwn(suspend, 9)).toEqual(suspend);
  });

  test('an edit that says more than devices ask for stays whole', () => {
    const asked = {
      procedure: 'roles.edit',
      input: { id: 'a', seen: 1, require2fa: true, require2faFrom: null }
    } as const;
    expect(changeOf(asked)).toEqual({ subject: 'role:a', change: { kind: 'command', ...asked } });
  });

  test('a reason that helps nobody is not handed on', () => {
    expect(requestedChangeOf(refused({ code: 'not-found', what: 'role' })[0]!)).toBeNull();
    for (const code of HANDED_REASONS)
      expect(requestedChangeOf(refused({ code } as Refusal)[0]!), code).not.toBeNull();
  });

  test('nothing that holds a secret can be', () => {
    for (const procedure of HANDED_COMMANDS)
      expect(
        RequestedChange.safeParse({
          procedure,
          input: { id: crypto.randomUUID(), name: 'N', password: 'secret' }
        }).success,
        procedure
      ).toBe(false);
  });
});

test('[LIV-8] the word that a change has landed goes behind it, and is dropped where it has not', () => {
  const command = { subject: 'role:a', label: 'A', at: AT } as const;
  const both = after(
    addCommand({ ...command, procedure: 'roles.edit', input: { id: 'a', seen: 1, name: 'B' }, op: 'edit' }),
    addCommand({ ...command, procedure: 'handovers.settle', input: { id: 'h', applied: 'edit' }, op: 'word' })
  );
  expect(nextToSend(both)?.op).toBe('edit');
  const said = refuse('edit', REASON, AT)(fixNext(AT)(both));
  expect(nextToSend(said)?.op).toBe('word');
  const left = refuse(
    'word',
    { code: 'input/invalid', field: 'applied', message: '' },
    AT
  )(fixNext(AT)(said));
  expect(left.map(({ op, stage }) => [op, stage.is])).toEqual([['edit', 'refused']]);
});

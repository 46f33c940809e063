import { describe, expect, test, vi } from 'vitest';
import { testOutbox } from '../../../../../tests/support/outbox';
import { inheritAll, type CapSetting } from '$lib/core/quotas/caps';
import type { RefusedPart } from '$lib/core/roles/roles';
import { PersonEdits } from './person-edits.svelte';
import type { PersonFacts } from '$lib/client/api/person-facts';

type Update = { seen: number; seenParts?: Record<string, number> } & Record<string, unknown>;

const FACTS = {
  id: 'p',
  name: 'Priya Nair',
  email: 'priya@x.example',
  roleId: 'support',
  caps: inheritAll(),
  seq: 3
} as unknown as PersonFacts;
const facts = (changes: Partial<PersonFacts>): PersonFacts => ({ ...FACTS, ...changes });

type Made = { online?: boolean; whyNotCap?: (setting: CapSetting) => string | null };

function editing(
  refused: (input: Update) => RefusedPart[] = () => [],
  { online = true, whyNotCap = () => null }: Made = {}
) {
  const sent: Update[] = [];
  const { outbox } = testOutbox(
    ({ input }) => {
      const update = input as Update;
      sent.push(update);
      return { is: 'answer', answer: { seq: update.seen + 1, applied: [], refused: refused(update) } };
    },
    { online }
  );
  const edits = new PersonEdits({ id: 'p', own: () => ({ caps: inheritAll() }), whyNotCap, outbox });
  edits.follow(FACTS);
  const type = (field: 'name' | 'email', text: string) => {
    edits[field] = text;
    edits.changed(field);
  };
  return { edits, outbox, sent, type };
}

const twice = (yours: string, theirs: string): RefusedPart => ({
  code: 'conflict/changed-since',
  field: 'name',
  yours,
  theirs,
  by: 'Tom',
  at: '2026-11-22T00:00:00.000Z',
  version: 4
});

describe('[ADM-12] the edits of one administrator', () => {
  test('what nobody touched here follows the record, what was typed stays', () => {
    const { edits, type } = editing();
    type('name', 'Priya N.');
    edits.follow(facts({ name: 'Tom was here', email: 'new@x.example', seq: 4 }));
    expect([edits.name, edits.email]).toEqual(['Priya N.', 'new@x.example']);
    expect(edits.dirty).toEqual(['name']);
  });

  test('what was typed when the session ended is back, on the version that was on screen', async () => {
    const before = editing();
    before.type('name', 'Priya N.');
    before.edits.caps.daily = { on: true, unlimited: false, text: '1,00' };
    before.edits.changed('daily');
    const draft = structuredClone(before.edits.draft());
    const { edits, sent } = editing();
    const fresh = new PersonEdits({
      ...{ id: 'p', own: () => ({ caps: inheritAll() }), whyNotCap: () => null },
      outbox: testOutbox(() => ({ is: 'answer', answer: {} })).outbox
    });
    expect(fresh.draft()).toBeNull();
    fresh.restore(draft!);
    fresh.follow(facts({ email: 'new@x.example', seq: 5 }));
    expect([fresh.name, fresh.email, fresh.caps.daily.text]).toEqual(['Priya N.', 'new@x.example', '1,00']);
    expect(fresh.dirty).toEqual(['name', 'daily']);

    edits.restore([draft![0]!]);
    edits.follow(facts({ seq: 5 }));
    await edits.save();
    expect(sent).toMatchObject([{ name: 'Priya N.', seen: 3 }]);
  });

  test('only what differs is sent, with the version that was on screen when it was touched', async () => {
    const { edits, sent, type } = editing();
    type('name', 'Priya N.');
    edits.follow(facts({ roleId: 'admin', seq: 4 }));
    expect(await edits.save()).toBe('landed');
    expect(sent).toMatchObject([{ id: 'p', seen: 3, name: 'Priya N.' }]);
    expect(Object.keys(sent[0]!).sort()).toEqual(['id', 'name', 'op', 'seen']);
    expect(edits.dirty).toEqual([]);
    // The record is asked for anew: until then the form shows what landed.
    expect(edits.name).toBe('Priya N.');
  });

  test('fields touched on different versions say so, each for itself', async () => {
    const { edits, sent, type } = editing();
    type('name', 'Priya N.');
    edits.follow(facts({ email: 'new@x.example', seq: 4 }));
    type('email', 'mine@x.example');
    await edits.save();
    expect(sent).toMatchObject([
      { seen: 4, seenParts: { name: 3 }, name: 'Priya N.', email: 'mine@x.example' }
    ]);
  });

  test('of a field changed on both sides, one’s own value can be used knowingly', async () => {
    const { edits, outbox, sent, type } = editing(({ seen }) =>
      seen === 3 ? [twice('Mine', 'Theirs')] : []
    );
    type('name', 'Mine');
    expect(await edits.save()).toBe('refused');
    expect(edits.refused).toMatchObject([
      {
        stage: { is: 'refused', reason: { theirs: 'Theirs', by: 'Tom' } },
        change: { parts: { name: { value: 'Mine' } } }
      }
    ]);
    // Saving the rest does not settle it.
    await edits.save();
    expect(sent).toHaveLength(1);
    edits.follow(facts({ name: 'Theirs', seq: 4 }));
    expect(edits.name).toBe('Theirs');
    outbox.askAgain(edits.refused[0]!.n);
    expect(edits.name).toBe('Mine');
    await vi.waitFor(() => expect(sent[1]).toMatchObject({ seen: 4, name: 'Mine' }), 20_000);
    expect(edits.refused).toEqual([]);
  });

  test('both sides having written the same is no conflict', () => {
    const { edits, type } = editing();
    type('name', 'Same');
    edits.follow(facts({ name: 'Same', seq: 4 }));
    expect(edits.dirty).toEqual([]);
  });

  test('[LIV-4] without a connection a saved form is kept, shown, and can be changed before it leaves', async () => {
    vi.useFakeTimers();
    try {
      const { edits, outbox, sent, type } = editing(() => [], { online: false });
      type('name', 'Priya N.');
      const saved = edits.save();
      await vi.advanceTimersByTimeAsync(1);
      expect(edits.saving).toBe(false);
      await vi.advanceTimersByTimeAsync(5000);
      expect(await saved).toBe('kept');
      expect([edits.dirty, edits.pending, edits.name]).toEqual([[], ['name'], 'Priya N.']);
      edits.follow(facts({ email: 'new@x.example', seq: 4 }));
      expect(edits.name).toBe('Priya N.');
      type('name', 'Priya Nair');
      void edits.save();
      await vi.advanceTimersByTimeAsync(0);
      // Back to what is committed: nothing is left to send.
      expect([outbox.pending, sent]).toEqual([[], []]);
      outbox.close();
    } finally {
      vi.useRealTimers();
    }
  });
});

test('[UX-4] what cannot be saved is told at its field and nothing is sent', async () => {
  const { edits, sent, type } = editing();
  type('email', 'priya@nowhere');
  expect(await edits.save()).toBe('wrong');
  expect(edits.problem('email')).not.toBeNull();
  expect(sent).toEqual([]);
});

test('[UX-4] an address that is taken comes back into its field with the reason', async () => {
  const { edits, outbox, type } = editing(() => [
    {
      ...{ code: 'input/taken', field: 'email', looksLike: 'Tom@x.example' },
      holder: { id: 'p2', name: 'Tom Ray', movable: false }
    }
  ]);
  type('email', 'tom@x.example');
  expect(await edits.save()).toBe('refused');
  expect(edits.email).toBe('tom@x.example');
  expect(edits.problem('email')).toBe('This address is taken. It belongs to Tom Ray (Tom@x.example).');
  expect(edits.refused).toEqual([]);
  type('email', 'tomas@x.example');
  expect([edits.problem('email'), outbox.refused]).toEqual([null, []]);
});

test('[ADM-2] a cap that is switched off inherits again', async () => {
  const { edits, sent } = editing();
  edits.follow(facts({ caps: { ...inheritAll(), daily: 10_000 } }));
  edits.caps.daily.on = false;
  edits.changed('daily');
  await edits.save();
  expect(sent).toMatchObject([{ caps: { daily: 'inherit' } }]);
});

test('[ADM-12] a cap that may be given and not taken away is told at its row, and nothing is sent', async () => {
  const whyNotCap = (setting: CapSetting) => (setting === 'inherit' ? 'It takes “Clear caps”.' : null);
  const { edits, sent } = editing(() => [], { whyNotCap });
  edits.follow(facts({ caps: { ...inheritAll(), daily: 10_000 } }));
  edits.caps.daily.on = false;
  edits.changed('daily');
  expect(edits.problem('daily')).toBe('It takes “Clear caps”.');
  expect(await edits.save()).toBe('wrong');
  expect(sent).toEqual([]);
  edits.caps.daily = { on: true, unlimited: false, text: '9000' };
  expect(edits.problem('daily')).toBeNull();
  await edits.save();
  expect(sent).toMatchObject([{ caps: { daily: 9000 } }]);
});

import { describe, expect, test } from 'vitest';
import { inheritAll } from '$lib/core/caps';
import { PersonEdits } from './person-edits.svelte';
import type { PersonFacts } from './person.svelte';

type Send = ConstructorParameters<typeof PersonEdits>[0]['send'];
type Update = Parameters<Send>[0];
type Answer = Awaited<ReturnType<Send>>;

const FACTS = {
  id: 'p',
  name: 'Priya Nair',
  email: 'priya@x.example',
  roleId: 'support',
  caps: inheritAll(),
  seq: 3
} as unknown as PersonFacts;
const facts = (changes: Partial<PersonFacts>): PersonFacts => ({ ...FACTS, ...changes });

function editing(answer: (input: Update) => Partial<Answer> = () => ({})) {
  const sent: Update[] = [];
  const edits = new PersonEdits({
    id: 'p',
    own: () => ({ caps: inheritAll() }),
    send: (input) => {
      sent.push(input);
      return Promise.resolve({ seq: input.seen + 1, applied: [], refused: [], ...answer(input) });
    }
  });
  edits.follow(FACTS);
  const type = (field: 'name' | 'email', text: string) => {
    edits[field] = text;
    edits.changed(field);
  };
  return { edits, sent, type };
}

const conflict = (yours: string, theirs: string): Partial<Answer> => ({
  seq: 4,
  refused: [
    {
      code: 'conflict/changed-since',
      field: 'name',
      yours,
      theirs,
      by: 'Tom',
      at: '2026-11-22T00:00:00.000Z',
      version: 4
    }
  ]
});

describe('[ADM-12] the edits of one administrator', () => {
  test('what nobody touched here follows the record, what was typed stays', () => {
    const { edits, type } = editing();
    type('name', 'Priya N.');
    edits.follow(facts({ name: 'Tom was here', email: 'new@x.example', seq: 4 }));
    expect([edits.name, edits.email]).toEqual(['Priya N.', 'new@x.example']);
    expect(edits.dirty).toEqual(['name']);
  });

  test('only what differs is sent, with the version that was on screen when it was touched', async () => {
    const { edits, sent, type } = editing();
    type('name', 'Priya N.');
    edits.follow(facts({ roleId: 'admin', seq: 4 }));
    expect(await edits.save()).toBe('saved');
    expect(sent).toMatchObject([{ id: 'p', seen: 3, name: 'Priya N.' }]);
    expect(Object.keys(sent[0]!).sort()).toEqual(['id', 'name', 'op', 'seen']);
    expect(edits.dirty).toEqual([]);
  });

  test('fields touched on different versions travel apart, so that neither claims to have seen the other’s', async () => {
    const { edits, sent, type } = editing();
    type('name', 'Priya N.');
    edits.follow(facts({ email: 'new@x.example', seq: 4 }));
    type('email', 'mine@x.example');
    await edits.save();
    expect(sent).toMatchObject([
      { seen: 3, name: 'Priya N.' },
      { seen: 4, email: 'mine@x.example' }
    ]);
  });

  test('of a field changed on both sides, one’s own value can be used knowingly', async () => {
    const { edits, sent, type } = editing(({ seen }) => (seen === 3 ? conflict('Mine', 'Theirs') : {}));
    type('name', 'Mine');
    expect(await edits.save()).toBe('partly');
    expect(edits.conflicts).toMatchObject([{ field: 'name', conflict: { theirs: 'Theirs', by: 'Tom' } }]);
    // Saving the rest does not settle it.
    await edits.save();
    expect(sent).toHaveLength(1);
    edits.follow(facts({ name: 'Theirs', seq: 4 }));
    await edits.useYours('name');
    expect(sent[1]).toMatchObject({ seen: 4, name: 'Mine' });
    expect(edits.conflicts).toEqual([]);
  });

  test('or theirs is kept', async () => {
    const { edits, type } = editing(() => conflict('Mine', 'Theirs'));
    type('name', 'Mine');
    await edits.save();
    edits.follow(facts({ name: 'Theirs', seq: 4 }));
    edits.keepTheirs('name');
    expect(edits.name).toBe('Theirs');
    expect([edits.conflicts, edits.dirty]).toEqual([[], []]);
  });

  test('both sides having written the same is no conflict', () => {
    const { edits, type } = editing();
    type('name', 'Same');
    edits.follow(facts({ name: 'Same', seq: 4 }));
    expect(edits.dirty).toEqual([]);
  });
});

test('[UX-4] what cannot be saved is told at its field and nothing is sent', async () => {
  const { edits, sent, type } = editing();
  type('email', 'priya@nowhere');
  expect(await edits.save()).toBe('wrong');
  expect(edits.problem('email')).not.toBeNull();
  expect(sent).toEqual([]);
});

test('[ADM-2] a cap that is switched off inherits again', async () => {
  const { edits, sent } = editing();
  edits.follow(facts({ caps: { ...inheritAll(), daily: 10_000 } }));
  edits.caps.daily.on = false;
  edits.changed('daily');
  await edits.save();
  expect(sent).toMatchObject([{ caps: { daily: 'inherit' } }]);
});

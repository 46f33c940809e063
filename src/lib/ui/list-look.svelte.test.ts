import { expect, test } from 'vitest';
import { ListLook } from './list-look.svelte';

/** A storage of its own. */
function storage() {
  const held = new Map<string, string>();
  return {
    held,
    store: () => ({
      getItem: (key: string) => held.get(key) ?? null,
      setItem: (key: string, value: string) => void held.set(key, value),
      removeItem: (key: string) => void held.delete(key)
    })
  };
}

test('[UX-3] columns and density of a list are remembered for one person and one list, and as it ships nothing is', () => {
  const { held, store } = storage();
  const look = new ListLook('people:maya', store);
  look.toggle('createdAt');
  look.toggle('role');
  look.toggle('role');
  look.compact = true;
  const again = new ListLook('people:maya', store);
  expect([again.shows('createdAt'), again.shows('role'), again.compact]).toEqual([false, true, true]);
  for (const other of ['users:maya', 'people:priya']) {
    const ships = new ListLook(other, store);
    expect([ships.shows('createdAt'), ships.compact]).toEqual([true, false]);
  }
  again.toggle('createdAt');
  again.compact = false;
  expect(held.size).toBe(0);
});

test.each(['', 'compact', '[]', '{"hidden":[1]}', '{"hidden":"role"}', 'null'])(
  'what is stored and cannot be read is as the list ships: %s',
  (text) => {
    const { held, store } = storage();
    held.set('rolecall:list:people:maya', text);
    const look = new ListLook('people:maya', store);
    expect([look.shows('role'), look.compact]).toEqual([true, false]);
  }
);

test('where storage is blocked the page alone remembers', () => {
  const look = new ListLook('people:maya', () => {
    throw new Error('blocked');
  });
  look.toggle('role');
  look.compact = true;
  expect([look.shows('role'), look.compact]).toEqual([false, true]);
});

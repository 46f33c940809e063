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
  const look = new ListLook('people:maya', ['ip'], store);
  look.toggle('createdAt');
  look.toggle('role');
  look.toggle('role');
  look.toggle('ip');
  look.compact = true;
  const again = new ListLook('people:maya', ['ip'], store);
  const shows = (of: ListLook) => ['createdAt', 'role', 'ip'].map((column) => of.shows(column));
  expect([shows(again), again.compact]).toEqual([[false, true, true], true]);
  for (const other of ['users:maya', 'people:priya']) {
    const ships = new ListLook(other, ['ip'], store);
    expect([shows(ships), ships.compact]).toEqual([[true, true, false], false]);
  }
  again.toggle('createdAt');
  again.toggle('ip');
  again.compact = false;
  expect(held.size).toBe(0);
});

test.each(['', 'compact', '[]', '{"hidden":[1]}', '{"hidden":"role"}', '{"hidden":[],"shown":1}', 'null'])(
  'what is stored and cannot be read is as the list ships: %s',
  (text) => {
    const { held, store } = storage();
    held.set('rolecall:list:people:maya', text);
    const look = new ListLook('people:maya', ['ip'], store);
    expect([look.shows('role'), look.compact]).toEqual([true, false]);
  }
);

test('where storage is blocked the page alone remembers', () => {
  const look = new ListLook('people:maya', [], () => {
    throw new Error('blocked');
  });
  look.toggle('role');
  look.compact = true;
  expect([look.shows('role'), look.compact]).toEqual([false, true]);
});

import { expect, test } from 'vitest';
import { BulkSelection } from './bulk-selection.svelte';

const ALL = ['ana', 'ben', 'cleo'].map((id) => ({ id }));

/** A list of three, of which the filter shows those with these ids. */
function listOf(...shown: string[]) {
  let ids = $state.raw(shown);
  const list = new BulkSelection<'suspend', { id: string }>({
    all: () => ALL,
    shown: () => ALL.filter(({ id }) => ids.includes(id))
  });
  return { list, filter: (...next: string[]) => (ids = next) };
}

test('[ADM-10] what is filtered away stays chosen', () => {
  const { list, filter } = listOf('ana', 'ben', 'cleo');
  list.rows.setAll(['ana', 'ben'], true);
  filter('cleo');
  expect(list.chosen.map(({ id }) => id)).toEqual(['ana', 'ben']);
  expect([list.shown, list.whole]).toEqual([['cleo'], false]);
});

test('[ADM-10] nothing is left to be selected once all that is shown is, or where nothing is shown', () => {
  const { list, filter } = listOf('ana', 'ben');
  list.rows.setAll(['ana'], true);
  expect(list.whole).toBe(false);
  list.rows.setAll(list.shown, true);
  expect(list.whole).toBe(true);
  filter('cleo');
  expect(list.whole).toBe(false);
  filter();
  expect(list.whole).toBe(true);
});

test('[ADM-10] those for whom it could not be done stay selected; given up, all do', () => {
  const { list } = listOf('ana', 'ben', 'cleo');
  list.rows.setAll(list.shown, true);
  list.asked = { kind: 'suspend', records: list.chosen };
  list.end(null);
  expect([list.asked, list.rows.size]).toEqual([null, 3]);

  list.asked = { kind: 'suspend', records: list.chosen };
  list.end(['ben']);
  expect([list.asked, [...list.rows.ids]]).toEqual([null, ['ben']]);
});

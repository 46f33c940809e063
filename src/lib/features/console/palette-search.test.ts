import { expect, test } from 'vitest';
import type { PaletteGroup } from './palette-items';
import { PaletteSearch } from './palette-search';

const item = (label: string, keywords: string[] = []) => ({
  id: label,
  label,
  keywords,
  run: () => undefined
});
const groups: PaletteGroup[] = [
  {
    heading: 'Settings',
    items: [item('Log retention', ['keep', 'delete old entries']), item('Mail', ['smtp'])]
  },
  { heading: 'People', items: [item('Élodie Marchand', ['elodie@northwind.example']), item('Ben Ito')] }
];
const labels = (query: string) =>
  new PaletteSearch(groups).find(query).flatMap(({ found }) => found.map(({ item: { label } }) => label));

test('[UX-5] a section of the settings is found by its name and by what it is called elsewhere', () => {
  expect(labels('retention')).toEqual(['Log retention']);
  expect(labels('smtp')).toEqual(['Mail']);
  expect(labels('old entries')).toEqual(['Log retention']);
});

test('[UX-5] people are found without accents, by first letters and by address; nothing fits nonsense', () => {
  expect(labels('elodie m')).toEqual(['Élodie Marchand']);
  expect(labels('bi')).toEqual(['Ben Ito']);
  expect(labels('elodie@')).toEqual(['Élodie Marchand']);
  expect(labels('zzz')).toEqual([]);
  expect(labels('')).toHaveLength(4);
});

test('[UX-5] weighs few of thousands: a key costs little', () => {
  const people = Array.from({ length: 3000 }, (_, at) => item(`Person Number ${at}`, [`p${at}@x.example`]));
  const search = new PaletteSearch([{ heading: 'People', items: people }]);
  const begin = performance.now();
  for (const query of ['q', 'qu', 'qui', 'quie', 'quiet']) expect(search.find(query)).toEqual([]);
  expect((performance.now() - begin) / 5).toBeLessThan(50);
});

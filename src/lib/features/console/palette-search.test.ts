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

test('[UX-5] the best come first, of equals the first, and a few of each group', () => {
  const crew = Array.from({ length: 20 }, (_, at) => item(`A crew ${String(at).padStart(2, '0')}`));
  const search = new PaletteSearch([{ heading: 'Roles', items: [...crew, item('Crew'), item('Screw')] }]);
  const found = search.find('crew').flatMap((group) => group.found.map(({ item: { label } }) => label));
  expect(found).toEqual(['Crew', ...crew.slice(0, 7).map(({ label }) => label)]);
});

test('[UX-5] a key costs little beside thousands, whether most of them fit or none', () => {
  const people = Array.from({ length: 10_000 }, (_, at) => item(`Person Number ${at}`, [`p${at}@x.example`]));
  const search = new PaletteSearch([{ heading: 'People', items: people }]);
  const queries = ['p', 'pe', 'person 42', 'n', 'umbe', 'q', 'quiet', 'zz'];
  // Processor time: other tests run beside this one.
  const begin = process.cpuUsage();
  for (const query of queries) search.find(query);
  const { user } = process.cpuUsage(begin);
  expect(user / 1000 / queries.length).toBeLessThan(50);
  expect(search.find('quiet')).toEqual([]);
});

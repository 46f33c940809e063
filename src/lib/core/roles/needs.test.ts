import { expect, test } from 'vitest';
import { indexCatalogue, type Catalogue } from '../access/catalogue';
import shipped from '../access/catalogue/permissions.json';
import { unmetNeeds } from './needs';

const catalogue = indexCatalogue(shipped as Catalogue);
const unmet = (...ids: string[]) => unmetNeeds(catalogue, (id) => ids.includes(id));

test('[UX-5] editing without viewing is told once per permission that is missing', () => {
  const [view, edit, remove] = ['view', 'edit', 'delete'].map((verb) => `audience.contacts.${verb}`);
  expect(unmet(edit!, remove!)).toEqual([{ need: view, neededBy: [edit, remove] }]);
  expect(unmet(view!, edit!, remove!)).toEqual([]);
  expect(unmet()).toEqual([]);
});

test('[ROL-7] the ready-made roles lack nothing that they need', () => {
  for (const { id, permissions } of catalogue.catalogue.roles)
    if (permissions !== '*') expect([id, unmet(...permissions)]).toEqual([id, []]);
});

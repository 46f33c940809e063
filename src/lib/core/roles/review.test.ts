import { expect, test } from 'vitest';
import { indexCatalogue } from '../access/catalogue';
import { catalogueNews } from './review';

const action = (id: string, since?: number) => ({ id, label: id, kind: 'read' as const, since });
const catalogue = indexCatalogue({
  version: 3,
  areas: [
    {
      id: 'a',
      label: 'A',
      groups: [{ id: 'a.g', label: 'G', actions: [action('a.g.x', 3), action('a.g.y'), action('a.g.z', 2)] }]
    }
  ],
  roles: []
});

test('[ROL-11] what came after the last review and is not granted is new; what the catalogue lost is told', () => {
  const granted = new Set(['a.g.y', 'a.g.gone']);
  expect(catalogueNews(catalogue, 1, granted)).toEqual({ added: ['a.g.x', 'a.g.z'], lost: ['a.g.gone'] });
  expect(catalogueNews(catalogue, 2, granted).added).toEqual(['a.g.x']);
  expect(catalogueNews(catalogue, 3, granted).added).toEqual([]);
  expect(catalogueNews(catalogue, 1, new Set(['a.g.x', 'a.g.z']))).toEqual({ added: [], lost: [] });
});

import { expect, test } from 'vitest';
import { indexCatalogue, type Action, type Catalogue } from './catalogue';
import shipped from './catalogue/permissions.json';

const holding = (...actions: Action[]): Catalogue => ({
  version: 1,
  areas: [{ id: 'a', label: 'A', groups: [{ id: 'a.g', label: 'G', actions }] }],
  roles: []
});
const action = (id: string, ...needs: string[]): Action => ({ id, label: id, kind: 'read', needs });

test('[UX-5] every permission and group of the shipped catalogue has a sentence, and a label of its own in its group', () => {
  const { catalogue, actions } = indexCatalogue(shipped as Catalogue);
  for (const { id, label, description } of actions.values()) {
    expect(description, id).toMatch(/^[A-Z].{38,120}\.$/);
    expect(label.length, id).toBeLessThanOrEqual(32);
  }
  for (const group of catalogue.areas.flatMap(({ groups }) => groups)) {
    expect(group.description, group.id).toMatch(/^[A-Z].+\.$/);
    expect(new Set(group.actions.map(({ label }) => label)).size, group.id).toBe(group.actions.length);
  }
});

test('what an action needs is known and never leads back to it', () => {
  expect(() => indexCatalogue(holding(action('a.g.x', 'a.g.y'), action('a.g.y')))).not.toThrow();
  expect(() => indexCatalogue(holding(action('a.g.x', 'a.g.z')))).toThrow('needs the unknown action a.g.z');
  expect(() => indexCatalogue(holding(action('a.g.x', 'a.g.x')))).toThrow('a.g.x needs itself');
  expect(() => indexCatalogue(holding(action('a.g.x', 'a.g.y'), action('a.g.y', 'a.g.x')))).toThrow(
    'needs itself'
  );
});

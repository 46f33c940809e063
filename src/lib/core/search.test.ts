import { describe, expect, test } from 'vitest';
import { indexCatalogue, type Catalogue } from './catalogue';
import shipped from './catalogue/permissions.json';
import { indexSearch, matchRanges, parseQuery, searchMask } from './search';
import { actionIds, buildTree, visibleRows } from './tree';

const catalogue = indexCatalogue(shipped as Catalogue);
const tree = buildTree(catalogue);
const index = indexSearch(tree);

const find = (typed: string) => actionIds(tree, null, searchMask(index, parseQuery(typed)));

describe('[ROL-2] search', () => {
  test('finds by label, by id and by the label of the group', () => {
    expect(find('merge')).toEqual(['audience.contact_lists.merge']);
    expect(find('audience.contact_lists.me')).toEqual(['audience.contact_lists.merge']);
    expect(find('web forms')).toEqual(expect.arrayContaining(['audience.web_forms.view']));
  });

  test.each([
    ['remove', 'audience.contact_lists.delete'],
    ['see', 'audience.contact_lists.view'],
    ['list', 'people.roles.view'],
    ['new', 'audience.contact_lists.add'],
    ['create', 'audience.contact_lists.add'],
    ['change', 'audience.contact_lists.edit'],
    ['modify', 'audience.contact_lists.edit'],
    ['csv', 'audience.contact_lists.export'],
    ['download', 'audience.contact_lists.export'],
    ['stop', 'people.administrators.suspend']
  ])('%s finds %s', (typed, id) => {
    expect(find(typed)).toContain(id);
  });

  test('a word that the catalogue uses stays what it says: "delete" is not every removal', () => {
    expect(find('purge').every((id) => id.includes('purge'))).toBe(true);
    expect(find('purge').length).toBeGreaterThan(0);
    expect(find('delete').every((id) => id.includes('delete'))).toBe(true);
  });

  test('all words must fit, in any order and case', () => {
    expect(find('DELETE contacts')).toEqual(find('contacts delete'));
    expect(find('contacts delete')).toContain('audience.contacts.delete');
    expect(find('contacts delete')).not.toContain('audience.custom_fields.delete');
    expect(find('contacts nonsense')).toEqual([]);
  });

  test('nothing typed hides nothing', () => {
    expect(parseQuery('   ')).toBeNull();
    expect(searchMask(index, null)).toBeNull();
  });

  test('two letters are not yet a synonym', () => {
    expect(parseQuery('re')?.terms[0]?.meanings).toEqual([]);
  });

  test('marks the letters that matched, or the word meant', () => {
    expect(matchRanges('Delete bulk', parseQuery('del'))).toEqual([[0, 3]]);
    expect(matchRanges('Delete bulk', parseQuery('remove'))).toEqual([[0, 6]]);
    expect(matchRanges('Delete bulk', parseQuery('bulk delete'))).toEqual([
      [0, 6],
      [7, 11]
    ]);
    expect(matchRanges('Undeleted', parseQuery('remove'))).toEqual([]);
    expect(matchRanges('View', null)).toEqual([]);
  });
});

describe('[ROL-13] search stays fast', () => {
  const median = (runs: number[]) => runs.sort((a, b) => a - b)[Math.floor(runs.length / 2)] ?? 0;

  function keystroke(of: Catalogue, typed: string): number {
    const tree = buildTree(indexCatalogue(of));
    const index = indexSearch(tree);
    return median(
      Array.from({ length: 9 }, () => {
        const start = performance.now();
        visibleRows(tree, () => true, searchMask(index, parseQuery(typed)));
        return performance.now() - start;
      })
    );
  }

  test('16 ms a keystroke with 372 actions, 50 ms with 18,000', () => {
    const areas = Array.from({ length: 38 }, (_, a) => ({
      id: `a${a}`,
      label: `Service ${a}`,
      groups: Array.from({ length: 12 }, (_, g) => ({
        id: `a${a}.g${g}`,
        label: `Resource kind ${g}`,
        actions: Array.from({ length: 40 }, (_, i) => ({
          id: `a${a}.g${g}.action_${i}`,
          label: i % 3 === 0 ? `Delete thing ${i}` : `Describe thing ${i}`,
          kind: 'read' as const
        }))
      }))
    }));
    expect(keystroke(shipped as Catalogue, 'remove contact')).toBeLessThan(16);
    for (const typed of ['d', 'thing', 'remove', 'service 7 remove thing']) {
      expect(keystroke({ version: 1, areas, roles: [] }, typed)).toBeLessThan(50);
    }
  });
});

import { describe, expect, test } from 'vitest';
import { indexCatalogue, type Catalogue } from '../access/catalogue';
import shipped from '../access/catalogue/permissions.json';
import { indexSearch, matchRanges, parseQuery, searchMask } from './search';
import { actionIds, buildTree } from './tree';

const catalogue = indexCatalogue(shipped as Catalogue);
const tree = buildTree(catalogue);
const index = indexSearch(tree);

const find = (typed: string) => actionIds(tree, null, searchMask(index, parseQuery(typed)));

describe('[ROL-2] search', () => {
  test('finds by label, by id and by the label of the group', () => {
    expect(find('merge')).toContain('audience.contact_lists.merge');
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
    expect(matchRanges('Bulk delete', parseQuery('del'))).toEqual([[5, 8]]);
    expect(matchRanges('Bulk delete', parseQuery('remove'))).toEqual([[5, 11]]);
    expect(matchRanges('Bulk delete', parseQuery('delete bulk'))).toEqual([
      [0, 4],
      [5, 11]
    ]);
    expect(matchRanges('Undeleted', parseQuery('remove'))).toEqual([]);
    expect(matchRanges('View', null)).toEqual([]);
  });
});

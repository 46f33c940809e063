import { describe, expect, test } from 'vitest';
import { indexCatalogue, type Catalogue } from '../access/catalogue';
import shipped from '../access/catalogue/permissions.json';
import { indexSearch, matchRanges, parseQuery, searchMask } from './search';
import { actionIds, buildTree } from './tree';

const catalogue = indexCatalogue(shipped as Catalogue);
const tree = buildTree(catalogue);
const index = indexSearch(tree);

/** Labels of an action, its group and its area. */
const labels = (id: string) => {
  const parts: string[] = [];
  for (let at = tree.nodeOf.get(id) ?? -1; at >= 0; at = tree.nodes[at]!.parent)
    parts.push(tree.nodes[at]!.label);
  return parts.join(' ');
};
const find = (typed: string) => actionIds(tree, null, searchMask(index, parseQuery(typed)));

describe('[ROL-2] search', () => {
  test('search finds by label, by id and by the label of the group', () => {
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
  ])('a search for %s finds %s', (typed, id) => {
    expect(find(typed)).toContain(id);
  });

  const destructive = catalogue.ids.filter((id) => catalogue.actions.get(id)?.kind === 'destructive');

  test.each(['delete', 'remove', 'erase', 'purge', 'destroy'])(
    '%s finds all that destroys: unticking what is shown leaves nothing that deletes',
    (typed) => {
      const found = new Set(find(typed));
      // Some say "cancel" or "clear" for it: what deletes by one word deletes by the others.
      expect(destructive.filter((id) => !found.has(id) && /delete|remove|erase|purge/.test(id))).toEqual([]);
      if (typed === 'delete') expect(find(typed)).toEqual(destructive);
    }
  );

  test('"invite" finds the invitations and adding administrators', () => {
    expect(find('invite')).toEqual(
      expect.arrayContaining([
        'people.administrators.add',
        'people.invitations.send',
        'people.invitations.cancel'
      ])
    );
  });

  test('[ROL-13] synonyms work both ways in a catalogue that names none', () => {
    const actions = ['delete', 'list', 'add'].map((verb) => ({
      id: `a.g.${verb}`,
      label: verb,
      kind: 'write' as const
    }));
    const bare = indexSearch(
      buildTree(
        indexCatalogue({
          version: 1,
          areas: [{ id: 'a', label: 'A', groups: [{ id: 'a.g', label: 'G', actions }] }],
          roles: []
        })
      )
    );
    const found = (typed: string) => actionIds(bare.tree, null, searchMask(bare, parseQuery(typed)));
    expect([found('remove'), found('delete'), found('invite'), found('see')]).toEqual([
      ['a.g.delete'],
      ['a.g.delete'],
      ['a.g.add'],
      ['a.g.list']
    ]);
  });

  test('all words must fit, in any order and case', () => {
    expect(find('DELETE contacts')).toEqual(find('contacts delete'));
    expect(find('contacts delete')).toContain('audience.contacts.delete');
    expect(find('contacts delete')).not.toContain('audience.custom_fields.delete');
    expect(find('contacts nonsense')).toEqual([]);
  });

  test('a search for nothing hides no row', () => {
    expect(parseQuery('   ')).toBeNull();
    expect(searchMask(index, null)).toBeNull();
  });

  test('two letters are not yet a synonym', () => {
    expect(find('re').every((id) => `${id} ${labels(id)}`.toLowerCase().includes('re'))).toBe(true);
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

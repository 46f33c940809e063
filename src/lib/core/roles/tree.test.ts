import { describe, expect, test } from 'vitest';
import { indexCatalogue, type Catalogue } from '../access/catalogue';
import shipped from '../access/catalogue/permissions.json';
import {
  actionIds,
  bothMasks,
  buildTree,
  checkedOf,
  countNode,
  createTally,
  setLeaf,
  traitMask,
  visibleRows,
  type PermissionTree,
  type TreeNode
} from './tree';

const catalogue = indexCatalogue(shipped as Catalogue);
const tree = buildTree(catalogue);

function node(id: string, of: PermissionTree = tree): TreeNode {
  const found = of.nodes[of.nodeOf.get(id) ?? -1];
  if (!found) throw new Error(`no node ${id}`);
  return found;
}

function tallyOf(ids: Iterable<string>) {
  const tally = createTally(tree);
  for (const id of ids) setLeaf(tree, tally, node(id).first, true);
  return tally;
}

const support = () => {
  const role = catalogue.catalogue.roles.find(({ id }) => id === 'support');
  if (!role || role.permissions === '*') throw new Error('no support role');
  return tallyOf(role.permissions);
};

describe('[ROL-1] the tree', () => {
  test('the tree has a row for every area, group and action, and knows what lies under each', () => {
    expect(tree.leaves).toHaveLength(380);
    expect(tree.nodes).toHaveLength(380 + 66 + 10);
    const audience = node('audience');
    expect(actionIds(tree, audience, null)).toEqual(catalogue.ids.filter((id) => id.startsWith('audience.')));
  });

  test('the tree counts and mixes parents as the leaves say', () => {
    const tally = support();
    expect(countNode(tally, node('audience'), null)).toEqual({ count: 39, total: 58 });
    expect(countNode(tally, node('audience.contact_lists'), null)).toEqual({ count: 8, total: 10 });
    expect(checkedOf(countNode(tally, node('audience'), null))).toBe('mixed');
    expect(checkedOf({ count: 0, total: 4 })).toBe('false');
    expect(checkedOf({ count: 4, total: 4 })).toBe('true');
    expect(tally.total).toBe(132);
    expect(tally.traits).toMatchObject({ read: 92, write: 33, destructive: 7 });
  });

  test('the tree keeps counts in step leaf by leaf, and marks only the branches above a change', () => {
    const tally = support();
    const before = tally.stamps.slice();
    expect(setLeaf(tree, tally, node('audience.contact_lists.view').first, true)).toBe(false);
    expect(tally.stamps).toEqual(before);
    expect(setLeaf(tree, tally, node('audience.contact_lists.view').first, false)).toBe(true);
    expect(countNode(tally, node('audience'), null).count).toBe(38);
    expect(tally.stamps[node('audience').index]).not.toBe(before[node('audience').index]);
    expect(tally.stamps[node('sending').index]).toBe(before[node('sending').index]);
    expect(tally.total).toBe(131);
  });
});

describe('[ROL-2] with a filter', () => {
  const destructive = traitMask(tree, new Set(['destructive']));

  test('a branch speaks for its shown rows only', () => {
    const group = node('audience.contact_lists');
    expect(actionIds(tree, group, destructive)).toEqual([
      'audience.contact_lists.delete',
      'audience.contact_lists.delete_bulk'
    ]);
    expect(countNode(support(), group, destructive)).toEqual({ count: 1, total: 2 });
  });

  test('branches without a shown action are left out, places are counted among the visible', () => {
    const rows = visibleRows(tree, () => true, destructive);
    expect(rows.filter(({ node }) => node.action)).toHaveLength(49);
    expect(rows.every(({ node }) => !node.action || node.action.kind === 'destructive')).toBe(true);
    const inGroup = rows.filter(({ node: { parent } }) => parent === node('audience.contact_lists').index);
    expect(inGroup.map(({ position, siblings }) => [position, siblings])).toEqual([
      [1, 2],
      [2, 2]
    ]);
  });
});

describe('[ROL-3] filters by kind', () => {
  test('kinds are alternatives, sensitive narrows them', () => {
    const both = traitMask(tree, new Set(['read', 'destructive']));
    expect(actionIds(tree, null, both)).toHaveLength(130 + 49);
    const narrow = actionIds(tree, null, traitMask(tree, new Set(['read', 'sensitive'])));
    expect(narrow).toContain('audience.contact_lists.export');
    expect(narrow.every((id) => catalogue.actions.get(id)?.sensitive)).toBe(true);
    expect(traitMask(tree, new Set())).toBeNull();
  });

  test('filters by kind combine', () => {
    const reads = traitMask(tree, new Set(['read']));
    const sensitive = traitMask(tree, new Set(['sensitive']));
    expect(bothMasks(reads, sensitive)).toEqual(traitMask(tree, new Set(['read', 'sensitive'])));
    expect(bothMasks(null, reads)).toBe(reads);
  });
});

describe('visible rows', () => {
  test('only what is open is there', () => {
    expect(visibleRows(tree, () => false, null).map(({ node }) => node.label)).toEqual(
      catalogue.catalogue.areas.map((area) => area.label)
    );
    const rows = visibleRows(tree, ({ id }) => id === 'audience', null);
    expect(rows.slice(0, 3).map(({ node }) => node.id)).toEqual([
      'audience',
      'audience.contact_lists',
      'audience.contacts'
    ]);
    expect(rows).toHaveLength(10 + 9);
  });

  test('an empty group is a row without rows below', () => {
    const odd = buildTree(
      indexCatalogue({
        version: 1,
        areas: [
          { id: 'a', label: 'A', groups: [{ id: 'a.g', label: 'G', actions: [] }] },
          { id: 'b', label: 'B', groups: [] }
        ],
        roles: []
      })
    );
    expect(visibleRows(odd, () => true, null).map(({ node }) => node.id)).toEqual(['a', 'a.g', 'b']);
    expect(visibleRows(odd, () => false, null).map(({ node }) => node.id)).toEqual(['a', 'b']);
  });
});

import type { Action, CatalogueIndex, Kind } from '../access/catalogue';

/** Traits that the filters tell apart: the three kinds, and the mark that may be added to any of them. */
export type Trait = Kind | 'sensitive';

export const TRAITS: readonly Trait[] = ['read', 'write', 'destructive', 'sensitive'];

/**
 * One row of the builder. Nodes are in the order in which they are drawn, and the actions under a node are the
 * contiguous leaves `first` to `last` (exclusive), in catalogue order.
 */
export type TreeNode = {
  readonly index: number;
  readonly id: string;
  readonly label: string;
  readonly level: 1 | 2 | 3;
  /** Index of the node above; -1 for an area. */
  readonly parent: number;
  readonly first: number;
  readonly last: number;
  /** Index after the last node under this one. */
  readonly end: number;
  readonly action: Action | null;
};

export type PermissionTree = {
  readonly nodes: readonly TreeNode[];
  /** Leaf number → index of its node. */
  readonly leaves: readonly number[];
  /** Id of an area, group or action → index of its node. */
  readonly nodeOf: ReadonlyMap<string, number>;
  /** Number of actions with each trait. */
  readonly traits: Readonly<Record<Trait, number>>;
};

/** Mask of the leaves that are shown, one byte each; null shows all. */
export type LeafMask = Uint8Array | null;

function hasTrait(action: Action, trait: Trait): boolean {
  return trait === 'sensitive' ? action.sensitive === true : action.kind === trait;
}

/** Lays the catalogue out as rows. */
export function buildTree(catalogue: CatalogueIndex): PermissionTree {
  const nodes: (TreeNode & { end: number })[] = [];
  const leaves: number[] = [];
  const traits: Record<Trait, number> = { read: 0, write: 0, destructive: 0, sensitive: 0 };
  const add = (node: Omit<TreeNode, 'index' | 'end'>) =>
    nodes.push({ index: nodes.length, end: nodes.length + 1, ...node }) - 1;
  const close = (branch: number) => {
    const node = nodes[branch];
    if (node) node.end = nodes.length;
  };

  for (const area of catalogue.catalogue.areas) {
    const size = area.groups.reduce((sum, group) => sum + group.actions.length, 0);
    const first = leaves.length;
    const areaNode = add({
      id: area.id,
      label: area.label,
      level: 1,
      parent: -1,
      first,
      last: first + size,
      action: null
    });
    for (const group of area.groups) {
      const start = leaves.length;
      const groupNode = add({
        id: group.id,
        label: group.label,
        level: 2,
        parent: areaNode,
        first: start,
        last: start + group.actions.length,
        action: null
      });
      for (const action of group.actions) {
        const leaf = leaves.length;
        const { id, label } = action;
        leaves.push(add({ id, label, level: 3, parent: groupNode, first: leaf, last: leaf + 1, action }));
        for (const trait of TRAITS) if (hasTrait(action, trait)) traits[trait]++;
      }
      close(groupNode);
    }
    close(areaNode);
  }
  const nodeOf = new Map<string, number>();
  for (const node of nodes) if (!nodeOf.has(node.id)) nodeOf.set(node.id, node.index);
  return { nodes, leaves, nodeOf, traits };
}

/** The action of a leaf. */
export function actionAt(tree: PermissionTree, leaf: number): Action {
  const node = tree.nodes[tree.leaves[leaf] ?? -1];
  if (!node?.action) throw new RangeError(`tree: no leaf ${leaf}`);
  return node.action;
}

/** Counts of what is ticked, kept in step leaf by leaf so that a tick costs the depth of the tree, not its size. */
export type Tally = {
  readonly on: Uint8Array;
  /** Ticked actions under each node. */
  readonly counts: Int32Array;
  /** Grows whenever anything under the node changes: what is drawn from its leaves is drawn again only then. */
  readonly stamps: Int32Array;
  readonly traits: Record<Trait, number>;
  total: number;
};

export function createTally(tree: PermissionTree): Tally {
  return {
    on: new Uint8Array(tree.leaves.length),
    counts: new Int32Array(tree.nodes.length),
    stamps: new Int32Array(tree.nodes.length),
    traits: { read: 0, write: 0, destructive: 0, sensitive: 0 },
    total: 0
  };
}

/** Sets one leaf. Returns whether it changed. */
export function setLeaf(tree: PermissionTree, tally: Tally, leaf: number, on: boolean): boolean {
  if ((tally.on[leaf] === 1) === on) return false;
  const step = on ? 1 : -1;
  tally.on[leaf] = on ? 1 : 0;
  tally.total += step;
  const action = actionAt(tree, leaf);
  for (const trait of TRAITS) if (hasTrait(action, trait)) tally.traits[trait] += step;
  for (let at = tree.leaves[leaf] ?? -1; at >= 0; at = tree.nodes[at]?.parent ?? -1) {
    tally.counts[at] = (tally.counts[at] ?? 0) + step;
    tally.stamps[at] = (tally.stamps[at] ?? 0) + 1;
  }
  return true;
}

/** Count of a branch: of `total` actions `count` are ticked. */
export type BranchCount = { count: number; total: number };

/** Counts a node, over the shown leaves only when a filter hides some: a box never speaks for hidden rows (ROL-2). */
export function countNode(tally: Tally, node: TreeNode, mask: LeafMask): BranchCount {
  if (!mask) return { count: tally.counts[node.index] ?? 0, total: node.last - node.first };
  let count = 0;
  let total = 0;
  for (let leaf = node.first; leaf < node.last; leaf++) {
    if (mask[leaf] !== 1) continue;
    total++;
    if (tally.on[leaf] === 1) count++;
  }
  return { count, total };
}

export type Checked = 'true' | 'false' | 'mixed';

/** ROL-1: a parent is ticked when all below is, unticked when nothing is, else mixed. */
export function checkedOf({ count, total }: BranchCount): Checked {
  if (count === 0) return 'false';
  return count === total ? 'true' : 'mixed';
}

/** The ids of the shown actions under a node (all of the tree without a node), in catalogue order. */
export function actionIds(tree: PermissionTree, node: TreeNode | null, mask: LeafMask): string[] {
  const ids: string[] = [];
  const last = node ? node.last : tree.leaves.length;
  for (let leaf = node ? node.first : 0; leaf < last; leaf++) {
    if (!mask || mask[leaf] === 1) ids.push(actionAt(tree, leaf).id);
  }
  return ids;
}

/** A mask of the actions that have every one of the traits asked for; kinds are alternatives of one another. */
export function traitMask(tree: PermissionTree, traits: ReadonlySet<Trait>): LeafMask {
  if (traits.size === 0) return null;
  const kinds = [...traits].filter((trait) => trait !== 'sensitive');
  const mask = new Uint8Array(tree.leaves.length);
  for (let leaf = 0; leaf < mask.length; leaf++) {
    const action = actionAt(tree, leaf);
    const kindFits = kinds.length === 0 || kinds.includes(action.kind);
    if (kindFits && (!traits.has('sensitive') || action.sensitive)) mask[leaf] = 1;
  }
  return mask;
}

/** Both masks at once. */
export function bothMasks(a: LeafMask, b: LeafMask): LeafMask {
  if (!a || !b) return a ?? b;
  return a.map((shown, leaf) => shown & (b[leaf] ?? 0));
}

/** One visible row: its node, and where it stands among its visible siblings (1-based). */
export type Row = { readonly node: TreeNode; readonly position: number; readonly siblings: number };

/**
 * The rows to draw, top to bottom: branches without a shown action are left out, and what lies under a branch is
 * there when `isOpen` says so.
 */
export function visibleRows(
  tree: PermissionTree,
  isOpen: (node: TreeNode) => boolean,
  mask: LeafMask
): Row[] {
  const below = mask && prefixSums(mask);
  const shown = (node: TreeNode) => !below || (below[node.last] ?? 0) > (below[node.first] ?? 0);
  const rows: { node: TreeNode; position: number; siblings: number }[] = [];
  // Rows of one family share the count of siblings, which is known only at its end: -1 is the family of areas.
  const families = new Map<number, { node: TreeNode; position: number; siblings: number }[]>();

  for (let index = 0; index < tree.nodes.length;) {
    const node = tree.nodes[index];
    if (!node) break;
    if (!shown(node)) {
      index = node.end;
      continue;
    }
    const family = families.get(node.parent) ?? [];
    families.set(node.parent, family);
    const row = { node, position: family.length + 1, siblings: 0 };
    family.push(row);
    rows.push(row);
    index = isOpen(node) ? index + 1 : node.end;
  }
  for (const family of families.values()) for (const row of family) row.siblings = family.length;
  return rows;
}

function prefixSums(mask: Uint8Array): Int32Array {
  const sums = new Int32Array(mask.length + 1);
  for (let leaf = 0; leaf < mask.length; leaf++) sums[leaf + 1] = (sums[leaf] ?? 0) + (mask[leaf] ?? 0);
  return sums;
}

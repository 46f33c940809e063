import type { RoleBuilder } from './role-builder.svelte';
import { actionAt, type TreeNode } from '$lib/core/roles/tree';
import type { Tick } from '$lib/ui/tick-strip-path';

/** The ticks of a branch's shown actions in catalogue order, one list per group. Not reactive: read after `stamp`. */
export function stripTicks(builder: RoleBuilder, branch: TreeNode): Tick[][] {
  const { tree, mask } = builder.view;
  const groups = new Map<number, Tick[]>();
  for (let leaf = branch.first; leaf < branch.last; leaf++) {
    if (mask && mask[leaf] !== 1) continue;
    const group = tree.nodes[tree.leaves[leaf] ?? 0]?.parent ?? 0;
    const ticks = groups.get(group) ?? [];
    groups.set(group, ticks);
    if (!builder.leafTicked(leaf)) ticks.push('off');
    else ticks.push(actionAt(tree, leaf).kind === 'destructive' ? 'danger' : 'on');
  }
  return [...groups.values()];
}

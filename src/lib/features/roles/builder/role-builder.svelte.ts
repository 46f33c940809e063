import {
  effectivePermissions,
  isSuperAdministrator,
  requirePermission,
  type Actor
} from '$lib/core/access/access';
import type { CatalogueIndex } from '$lib/core/access/catalogue';
import type { Refusal } from '$lib/core/access/refusal';
import { catalogueNews } from '$lib/core/roles/review';
import { catalogueFor, ROLE_RIGHTS, type RoleKind } from '$lib/core/roles/role-kinds';
import { barredFromRole, decideTick, type RoleState } from '$lib/core/roles/roles';
import { actionIds, buildTree, checkedOf, countNode, createTally, setLeaf } from '$lib/core/roles/tree';
import type { BranchCount, LeafMask, Tally, Trait, TreeNode } from '$lib/core/roles/tree';
import type { PermissionCell } from '$lib/documents/cells';
import { permissionCells, readGranted } from '$lib/documents/role-doc';
import { RecentChanges } from './recent-changes.svelte';
import type { Peer } from '$lib/client/sync/presence.svelte';
import type { Replica } from '$lib/client/sync/replica.svelte';
import type { Outbox } from '$lib/client/outbox/outbox.svelte';
import { RoleEdits, type EditState } from './role-edits.svelte';
import { TreeView } from './tree-view.svelte';

export type RoleBuilderOptions = {
  roleId: string;
  kind: RoleKind;
  replica: Replica;
  catalogue: CatalogueIndex;
  /** Person who is editing, as of now: authority may change while the page is open. */
  actor: () => Actor;
  /** Number of people who hold this role, from the index of roles. */
  members: () => number;
  outbox: Outbox;
};

/** Outcome of a press on many boxes: permissions changed, and those that the reader may not change. */
export type BulkOutcome = { changed: number; barred: string[] };

/** Author of the permissions that came with a built-in role: nobody changed those. */
const PROGRAM = 'Rolecall';

/** Time the focus rests on a row before others are told, in ms. */
const PRESENCE_DELAY = 150;

/**
 * The builder of one role: its tree, the pending edits, who is where, and what its reader may do. Components render
 * it; it holds no markup and shows no messages.
 */
export class RoleBuilder {
  readonly roleId: string;
  readonly kind: RoleKind;
  readonly replica: Replica;
  readonly catalogue: CatalogueIndex;
  /** Catalogue reduced to what a role of this kind may hold. */
  readonly offered: CatalogueIndex;
  readonly edits: RoleEdits;
  readonly view: TreeView;
  readonly changes: RecentChanges;
  /** Holds every permission, those added later included, whatever its cells say (ROL-7). */
  readonly holdsAll: boolean;

  readonly #options: RoleBuilderOptions;
  readonly #tally: Tally;
  #presence: ReturnType<typeof setTimeout> | null = null;

  /** Permissions that a holder of this role has, as committed. */
  readonly #effective = $derived.by(() => {
    void this.edits.committed;
    return effectivePermissions(
      this.catalogue,
      this.holdsAll ? { all: true } : { all: false, ids: readGranted(this.replica.doc) },
      false
    );
  });

  /** Permissions new in the catalogue since the role was last reviewed; those it grants that the catalogue has lost. */
  readonly news = $derived.by(() => {
    const header = this.edits.committed;
    return header && !this.holdsAll
      ? catalogueNews(this.offered, header.reviewedCatalogue, readGranted(this.replica.doc))
      : { added: [], lost: [] };
  });

  /** Reason the reader may not edit anything of this role; null when they may. */
  readonly barred: Refusal | null = $derived.by(() => {
    const header = this.edits.committed;
    if (!header) return null;
    if (header.locked) return { code: 'access/locked' };
    const actor = this.#options.actor();
    return requirePermission(actor, ROLE_RIGHTS[this.kind].edit) ?? barredFromRole(actor, this.#state());
  });

  /** Branches with an edit that is not committed yet. */
  readonly #pendingBranches = $derived.by(() => {
    const branches = new Set<number>();
    const { tree } = this.view;
    for (const id of this.edits.pendingPermissions()) {
      let at = tree.nodes[tree.nodeOf.get(id) ?? -1]?.parent ?? -1;
      for (; at >= 0 && !branches.has(at); at = tree.nodes[at]?.parent ?? -1) branches.add(at);
    }
    return branches;
  });

  /** Positions of the others: visible row → people. */
  readonly #here = $derived.by(() => {
    const rows = new Map<string, Peer[]>();
    for (const peer of this.others) {
      const row = peer.at === undefined ? null : this.view.standIn(peer.at);
      if (row !== null) rows.set(row, [...(rows.get(row) ?? []), peer]);
    }
    return rows;
  });

  constructor(options: RoleBuilderOptions) {
    this.#options = options;
    this.roleId = options.roleId;
    this.replica = options.replica;
    this.catalogue = options.catalogue;
    this.holdsAll = isSuperAdministrator(options.roleId);
    this.kind = options.kind;
    this.offered = catalogueFor(options.kind, options.catalogue);
    const tree = buildTree(this.offered);
    this.view = new TreeView(tree);
    this.#tally = createTally(tree);
    const isMe = (by: string) => by === options.actor().name;
    this.edits = new RoleEdits({
      roleId: options.roleId,
      kind: options.kind,
      doc: options.replica.doc,
      outbox: options.outbox,
      isMe,
      onShown: (ids) => this.#count(ids)
    });
    this.changes = new RecentChanges({
      doc: options.replica.doc,
      isMe,
      isLive: () => options.replica.state === 'live',
      labelOf: (id) => this.catalogue.actions.get(id)?.label ?? id
    });
    this.#count(this.offered.ids);
  }

  /** Everybody else on this page; nobody can be said to be here without a connection. */
  get others(): Peer[] {
    if (this.replica.state === 'offline') return [];
    const me = this.#options.actor().id;
    return this.replica.peers.filter((peer) => peer.id !== me);
  }

  get total(): number {
    void this.edits.revision;
    return this.#tally.total;
  }

  get size(): number {
    return this.view.tree.leaves.length;
  }

  ticked(id: string): boolean {
    return this.holdsAll || this.edits.shown(id);
  }

  /** Ticked actions per kind. */
  traitCount(trait: Trait): number {
    void this.edits.revision;
    return this.#tally.traits[trait];
  }

  count(node: TreeNode): BranchCount {
    void this.edits.revision;
    return countNode(this.#tally, node, this.view.mask);
  }

  /** Changes when anything under the node does. */
  stamp(node: TreeNode): number {
    void this.edits.revision;
    return this.#tally.stamps[node.index] ?? 0;
  }

  /** True if leaf number `leaf` is ticked. Not reactive: read it after `stamp`. */
  leafTicked(leaf: number): boolean {
    return this.#tally.on[leaf] === 1;
  }

  /** State of a row: a branch is on its way while anything under it is. */
  stateOf(node: TreeNode): EditState {
    if (node.action) return this.edits.stateOf(node.id);
    if (!this.#pendingBranches.has(node.index)) return 'rest';
    return this.edits.waiting ? 'waiting' : 'sending';
  }

  hereOn(id: string): readonly Peer[] {
    return this.#here.get(id) ?? [];
  }

  /** The online colour of a person by name, 1–8; null when they are not here. */
  colourOf(name: string): number | null {
    return this.others.find((peer) => peer.name === name)?.colour ?? null;
  }

  /** Last change of a permission, with its author, as committed; null when there is none. */
  lastChange(id: string) {
    void this.edits.revision;
    return permissionCells(this.replica.doc).get(id) ?? null;
  }

  /** Last changes that people made, as committed, newest first. */
  lastChanges(most: number): { id: string; cell: PermissionCell }[] {
    void this.edits.revision;
    return [...permissionCells(this.replica.doc)]
      .flatMap(([id, cell]) => (cell.by === PROGRAM || !this.catalogue.actions.has(id) ? [] : [{ id, cell }]))
      .sort((a, b) => b.cell.at.localeCompare(a.cell.at))
      .slice(0, most);
  }

  /** Reason a permission cannot be ticked or unticked (ACC-7), else null. The server decides by the same rules. */
  whyNot(id: string, on: boolean): Refusal | null {
    return this.barred ?? decideTick(this.#options.actor(), { id: this.roleId }, id, on);
  }

  /** Ticks or unticks one permission. Answers why not, when it may not. */
  toggle(id: string): Refusal | null {
    const on = !this.ticked(id);
    const refusal = this.whyNot(id, on);
    if (!refusal) this.edits.set([id], on);
    return refusal;
  }

  /** Ticks what is shown under a branch; when nothing is left to tick, unticks it (ROL-1, ROL-2). */
  branchGesture(node: TreeNode): { ids: string[]; on: boolean } {
    const ids = actionIds(this.view.tree, node, this.view.mask);
    const on =
      checkedOf(this.count(node)) !== 'true' && ids.some((id) => !this.ticked(id) && !this.whyNot(id, true));
    const nothingOn = this.count(node).count === 0;
    return { ids, on: on || nothingOn };
  }

  /** Ticks or unticks many as one gesture, leaving out what its reader may not. */
  setAll(ids: readonly string[], on: boolean): BulkOutcome {
    const { allowed, barred } = this.wouldChange(ids, on);
    return { changed: this.edits.set(allowed, on), barred };
  }

  /** Permissions that `setAll` would change, and the ones that its reader may not change. */
  wouldChange(ids: readonly string[], on: boolean): { allowed: string[]; barred: string[] } {
    const barred: string[] = [];
    const allowed: string[] = [];
    for (const id of ids) {
      if (this.ticked(id) === on) continue;
      if (this.whyNot(id, on)) barred.push(id);
      else allowed.push(id);
    }
    return { allowed, barred };
  }

  /** The ids of what passes the filters; all of them without a filter. */
  shownIds(mask: LeafMask = this.view.mask): string[] {
    return actionIds(this.view.tree, null, mask);
  }

  /** Tells the others where the focus is, once it rests. */
  setAt(id: string | null) {
    if (this.#presence !== null) clearTimeout(this.#presence);
    this.#presence = setTimeout(() => this.replica.setAt(id ?? undefined), PRESENCE_DELAY);
  }

  destroy() {
    if (this.#presence !== null) clearTimeout(this.#presence);
    this.edits.destroy();
    this.changes.destroy();
  }

  /** The role as the decision takes it; only what decides whether it may be touched is known here. */
  #state(): RoleState {
    const header = this.edits.committed;
    const field = <T>(value: T) => ({ value, version: 0, by: '', at: '' });
    return {
      id: this.roleId,
      kind: this.kind,
      locked: header?.locked ?? false,
      version: this.edits.seq,
      name: field(header?.name ?? ''),
      description: field(header?.description ?? ''),
      require2fa: field(header?.require2fa ?? false),
      require2faFrom: header?.require2faFrom ?? null,
      hasMembers: this.#options.members() > 0,
      // The owner holds Super Administrator (OWN-1, OWN-2), which is locked: no other role is held by the owner.
      heldByOwner: this.holdsAll,
      effective: this.#effective
    };
  }

  #count(ids: Iterable<string>) {
    const { tree } = this.view;
    for (const id of ids) {
      const node = tree.nodes[tree.nodeOf.get(id) ?? -1];
      if (node?.action) setLeaf(tree, this.#tally, node.first, this.holdsAll || this.edits.shown(id));
    }
  }
}

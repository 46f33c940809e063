import type { Actor } from '$lib/core/access/access';
import type { CatalogueIndex } from '$lib/core/access/catalogue';
import type { Refusal } from '$lib/core/access/refusal';
import { differenceBetween } from '$lib/core/roles/role-history';
import type { RoleKind } from '$lib/core/roles/role-kinds';
import type { RoleEditDecision } from '$lib/core/roles/roles';
import { previewRestore } from './restore-preview';
import type { RoleSnapshot } from './role-history.svelte';

/** A restore as it stood when it was asked for. */
export type RestoreQuestion = {
  /** The role as it was, and as it is. */
  earlier: RoleSnapshot;
  now: RoleSnapshot;
  /** Changes that would be made, and those that would not. */
  plan: Exclude<RoleEditDecision, { refused: unknown }>;
};

/** Offer to restore the shown version: nothing to restore, not possible now and why, or possible. */
export type RestoreOffer =
  { may: 'nothing' | 'same' } | { may: 'no'; why: Refusal } | ({ may: 'yes' } & RestoreQuestion);

type Facts = {
  catalogue: CatalogueIndex;
  actor: Actor;
  role: { id: string; kind: RoleKind; locked: boolean; members: number };
  /** Null: not known yet. */
  now: RoleSnapshot | null;
  shown: RoleSnapshot | null;
  /** The version that was asked for; null: none. */
  seq: number | null;
};

/** Offers to make a role what it was in the version that is shown (ROL-9). */
export function restoreOffer({ catalogue, actor, role, now, shown, seq }: Facts): RestoreOffer {
  if (!shown || !now || now.deleted || shown.deleted) return { may: 'nothing' };
  const { granted, revoked, fields } = differenceBetween(now, shown);
  if (granted.length + revoked.length + Object.keys(fields).length === 0)
    return { may: seq === now.seq ? 'nothing' : 'same' };
  const plan = previewRestore({ catalogue, actor, role, now, earlier: shown });
  return 'refused' in plan ? { may: 'no', why: plan.refused } : { may: 'yes', plan, earlier: shown, now };
}

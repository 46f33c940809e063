import type { CatalogueIndex } from '$lib/core/access/catalogue';
import type { Refusal } from '$lib/core/access/refusal';
import { permissionName, permissionNames } from '$lib/shared/words/refusal-words';

/** Why something was refused to somebody else, in a sentence (ACC-7). */
export function reasonOfOther(refusal: Refusal, catalogue: CatalogueIndex): string {
  switch (refusal.code) {
    case 'access/permission-required':
      return `They lack the permission “${permissionName(catalogue, refusal.permission)}”.`;
    case 'access/not-held':
      return `They do not hold ${permissionNames(catalogue, refusal.permissions)} themselves.`;
    case 'access/not-dominated':
      return 'It concerns somebody who may do more than they.';
    case 'access/self':
      return 'It concerns their own role or account.';
    case 'access/owner':
      return 'It concerns the owner.';
    case 'access/locked':
      return 'The role is locked.';
    case 'access/last-super':
      return 'No usable Super Administrator would be left.';
    case 'access/cap-above-own':
      return 'It is more than they may send themselves.';
    case 'auth/reauthenticate':
      return 'They did not give their password.';
    case 'conflict/revoked-since':
      return `${refusal.by} revoked it before it arrived.`;
    case 'conflict/changed-since':
      return `${refusal.by} changed it before it arrived.`;
    case 'conflict/in-use':
      return 'The role has members.';
    case 'input/taken':
      return `It is taken, or looks like “${refusal.looksLike}”.`;
    case 'input/invalid':
      return refusal.message;
    default:
      return 'It was refused to them.';
  }
}

import type { CatalogueIndex } from '../access/catalogue';
import { checkOf, type Check, type CheckId } from '../access/decisions/checks';
import type { DecisionReason } from '../access/decisions/evaluate';
import type { Remedy, RemedyRole } from '../access/decisions/remedies';
import type { Principal } from '../access/decisions/view';
import { decisionReason } from './decisions';
import { permissionName } from './permissions';
import { count } from './phrases';

type Said = { title: string; text: string };

/** Facts that the words of a chain are made of. */
export type ChainFacts = {
  catalogue: CatalogueIndex;
  /** Null: nobody that is known. */
  principal: Principal | null;
  permission: string;
  reasons: readonly DecisionReason[];
};

const PASSED: Record<CheckId, string> = {
  subject: 'Known',
  account: 'The account can be used',
  permission: 'The permission exists',
  owner: 'Not kept for the owner',
  role: 'The role includes it',
  scope: 'One of their own records',
  sending: 'Sending goes on'
};

const FAILED: Record<CheckId, string> = {
  subject: 'Not known',
  account: 'The account can’t be used',
  permission: 'No such permission',
  owner: 'Kept for the owner',
  role: 'The role doesn’t include it',
  scope: 'Not one of their records',
  sending: 'Sending is paused'
};

/** A question of a decision, and its answer: the deciding one in the words of its reason. */
export function checkWords(facts: ChainFacts, { id, state }: Check): Said {
  if (state === 'not-asked') return { title: PASSED[id], text: 'Not asked: there is nothing to ask it of.' };
  const reasons = facts.reasons.filter(({ code }) => checkOf(code) === id);
  const isGranted = reasons.some(({ code }) => code === 'granted');
  const title = reasons.length === 0 || isGranted ? PASSED[id] : FAILED[id];
  if (reasons.length > 0)
    return { title, text: reasons.map((reason) => decisionReason(facts.catalogue, reason)).join(' ') };
  return { title, text: passed(facts, id) };
}

function passed({ catalogue, principal, permission }: ChainFacts, id: CheckId): string {
  const name = principal?.name ?? 'They';
  if (id === 'account') return `${name} is active.`;
  if (id === 'owner')
    return principal?.owner
      ? `${name} is the owner.`
      : `“${permissionName(catalogue, permission)}” is not limited to the owner.`;
  return id === 'role' ? `The role includes “${permissionName(catalogue, permission)}”.` : '';
}

/** A step that would make it a yes, and how far it reaches. Without a role of it for those who may not see roles. */
export function remedyWords(
  { catalogue, principal, permission }: ChainFacts,
  { kind, role }: Pick<Remedy, 'kind' | 'role'>
): Said {
  const name = principal?.name ?? 'They';
  switch (kind) {
    case 'add': {
      const added = `Add “${permissionName(catalogue, permission)}” to`;
      if (!role)
        return { title: `${added} the role of ${name}`, text: 'Everyone with this role would get it.' };
      return {
        title: `${added} the role “${role.name}”`,
        text: role.members === 1 ? `Only ${name} has this role.` : reach(role)
      };
    }
    case 'assign':
      return role
        ? {
            title: `Assign ${name} the role “${role.name}”`,
            text: `Of the roles that include it, it has the fewest permissions: ${role.effective.size.toLocaleString('en')}.`
          }
        : { title: `Assign ${name} another role`, text: 'One that includes it.' };
    case 'package':
      return { title: `Give ${name} another package`, text: 'One whose role includes it.' };
    case 'reactivate':
      return { title: `Reactivate ${name}`, text: 'Everything their role includes can be used again.' };
    case 'sign-in':
      return {
        title: `${name} signs in and chooses a password`,
        text: 'They have an invitation or an initial password.'
      };
    case 'steward':
      return { title: `Name a steward for ${name}`, text: 'Someone has to answer for an application.' };
    case 'resume':
      return { title: 'Resume sending', text: 'Under Sending, whoever paused it and why are shown.' };
    case 'owner':
      return { title: 'Ask the owner', text: 'No role can include it for anyone else.' };
  }
}

function reach({ kind, members }: Pick<RemedyRole, 'kind' | 'members'>): string {
  if (kind === 'user') return `${count(members, 'user')} would get it.`;
  return `${count(members, 'person or application')} with this role would get it.`.replace(
    'person or applications',
    'people and applications'
  );
}

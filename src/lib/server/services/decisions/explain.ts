import {
  ANY_RECORD,
  evaluate,
  findPrincipal,
  type DecisionReason,
  type DecisionResource,
  type DecisionSubject
} from '../../../core/access/decisions/evaluate';
import { checksOf, type Check } from '../../../core/access/decisions/checks';
import type { Remedy } from '../../../core/access/decisions/remedies';
import { checkWords, remedyWords } from '../../../core/wording/decision-chain';
import { decisionAdvice, decisionReason, decisionRemedy } from '../../../core/wording/decisions';
import type { Actor } from '../../../core/access/access';
import { ROLE_RIGHTS } from '../../../core/roles/role-kinds';
import type { Principal } from '../../../core/access/decisions/view';
import type { PermissionId } from '../../../core/access/catalogue/permission-ids';
import { ask } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';
import type { AuthorityView } from './authority-view';
import type { KnownAuthority } from './known-authority';
import { whoMay } from './search';
import { remediesNow, type Helpers } from './who-remedies';

/** Dependencies of a question about access. */
export type Explaining = { deps: Deps; authority: AuthorityView; caller: Caller };

type ResourceInput = {
  type: string;
  id?: string | undefined;
  properties?: { owner?: string | undefined } | undefined;
};

export type Explained = {
  decision: boolean;
  /** The log number that this stands for. */
  revision: number;
  permission: string;
  /** The deciding one first (DEC-3). */
  reasons: { code: DecisionReason['code']; text: string; advice: string; remedy: string | null }[];
  /** Subject that is meant; null: no known one. */
  subject: Holder | null;
  /** All that was asked, in its order; of what was not asked, that. */
  checks: (Check & { title: string; text: string })[];
  /** Remedies that would make it a yes, the smallest change first, and who may apply them now; none for a yes. */
  remedies: {
    kind: Remedy['kind'];
    title: string;
    text: string;
    role: { id: string; name: string } | null;
    /** Helpers, without names for whoever may not see people. */
    by: Helpers;
  }[];
};

export type Holder = { type: string; id: string; name: string; role: { id: string; name: string } | null };

/** Explains whether a subject may do something, and why, in words. */
export function explain(
  on: Explaining,
  input: { subject: DecisionSubject; action: { name: string }; resource: ResourceInput }
): Promise<RefusalOr<Explained>> {
  return answered(on, 'access.evaluate', 'tools.decisions.explain', (known, asker) => {
    const { subject, action, resource } = input;
    const now = Date.now();
    const decision = evaluate(known, subject, action.name, resourceOf(resource), now);
    const { reasons } = decision;
    const principal = findPrincipal(known, subject) ?? null;
    const permission = `${resource.type}.${action.name}`;
    const words = { catalogue: known.catalogue, principal, permission, reasons };
    return {
      decision: decision.decision,
      permission,
      subject: principal && holderOf(known, principal),
      checks: checksOf(decision).map((check) => ({ ...check, ...checkWords(words, check) })),
      remedies: decision.decision
        ? []
        : remediesNow(known, reasons, now).map((remedy) => {
            // Which roles there are, and how many have them, is told to those who may see roles.
            const known = remedy.role && ROLE_RIGHTS[remedy.role.kind].view;
            const role = known && asker.permissions.has(known) ? remedy.role : null;
            return {
              kind: remedy.kind,
              role: role && { id: role.id, name: role.name },
              by: asker.permissions.has('people.administrators.view')
                ? remedy.by
                : { ...remedy.by, people: [] },
              ...remedyWords({ ...words, principal: remedy.principal }, { kind: remedy.kind, role })
            };
          }),
      reasons: reasons.map((reason) => ({
        code: reason.code,
        text: decisionReason(known.catalogue, reason),
        advice: decisionAdvice(reason),
        remedy: decisionRemedy(known.catalogue, reason)
      }))
    };
  });
}

/** A role by which so many of a kind may do something; null: one that is not known any more. */
export type RoleCount = { role: Holder['role']; count: number };

/** Subjects that may do something, a page at a time in the order of ids, and their number by role, most first. */
export function explainWho(
  on: Explaining,
  input: {
    subject: { type: string };
    action: { name: string };
    resource: ResourceInput;
    after?: string | undefined;
    limit: number;
  }
): Promise<
  RefusalOr<{ items: Holder[]; next: string | null; total: number; roles: RoleCount[]; revision: number }>
> {
  return answered(on, 'access.who', 'tools.decisions.search', (known) => {
    const { subject, action, resource, after = '', limit } = input;
    const all = whoMay(known, subject.type, action.name, resourceOf(resource), Date.now());
    const rest = all.filter(({ id }) => id > after);
    const items = rest.slice(0, limit).map((principal) => holderOf(known, principal));
    const next = rest.length > limit ? items.at(-1)!.id : null;
    return { items, next, total: all.length, roles: roleCounts(known, all) };
  });
}

/** All that somebody may do, in the catalogue's order. */
export function explainWhat(
  on: Explaining,
  { subject }: { subject: DecisionSubject }
): Promise<RefusalOr<{ permissions: string[]; revision: number }>> {
  return answered(on, 'access.what', 'tools.decisions.search', (known) => {
    if (!findPrincipal(known, subject)) return null;
    const permissions = known.catalogue.ids.filter((id) => {
      const at = id.lastIndexOf('.');
      const resource = { type: id.slice(0, at), id: ANY_RECORD };
      return evaluate(known, subject, id.slice(at + 1), resource, Date.now()).decision;
    });
    return { permissions };
  });
}

/**
 * Asks whoever calls for the permission first; what is not known is not guessed.
 * @param answer null: there is no such subject
 */
function answered<T extends object>(
  { deps, authority, caller }: Explaining,
  name: string,
  permission: PermissionId,
  answer: (known: KnownAuthority, asker: Actor) => T | null
): Promise<RefusalOr<T & { revision: number }>> {
  return ask<T & { revision: number }>(deps, caller, { name, permission }, async (asker) => {
    const known = await authority.reach(null);
    if (!known) return { refused: { code: 'busy', retryAfter: 1 } };
    const given = answer(known, asker);
    if (given === null) return { refused: { code: 'not-found', what: 'subject' } };
    return { answer: { ...given, revision: known.revision } };
  });
}

function roleCounts(known: KnownAuthority, principals: readonly Principal[]): RoleCount[] {
  const counts = new Map<string, RoleCount>();
  for (const principal of principals) {
    const before = counts.get(principal.roleId);
    if (before) before.count += 1;
    else counts.set(principal.roleId, { role: holderOf(known, principal).role, count: 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count);
}

function holderOf(known: KnownAuthority, { kind, id, name, roleId }: Principal): Holder {
  const role = known.role(roleId);
  return { type: kind, id, name, role: role ? { id: role.id, name: role.name } : null };
}

/** The resource of a question; without an id it is about the type. */
function resourceOf({ type, id = ANY_RECORD, properties }: ResourceInput): DecisionResource {
  return { type, id, owner: properties?.owner };
}

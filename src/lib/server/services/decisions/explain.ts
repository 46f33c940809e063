import {
  evaluate,
  findPrincipal,
  type DecisionReason,
  type DecisionResource,
  type DecisionSubject
} from '../../../core/access/decisions/evaluate';
import { decisionAdvice, decisionReason, decisionRemedy } from '../../../core/wording/decisions';
import type { PermissionId } from '../../../core/access/catalogue/permission-ids';
import { ask } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';
import type { AuthorityView } from './authority-view';
import type { KnownAuthority } from './known-authority';
import { whoMay } from './search';

/** What a question about access stands on. */
export type Explaining = { deps: Deps; authority: AuthorityView; caller: Caller };

type AskedResource = {
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
};

export type Holder = { type: string; id: string; name: string; role: { id: string; name: string } | null };

/** Whether somebody may do something, and why, in words. */
export function explain(
  on: Explaining,
  input: { subject: DecisionSubject; action: { name: string }; resource: AskedResource }
): Promise<RefusalOr<Explained>> {
  return answered(on, 'access.evaluate', 'tools.decisions.explain', (known) => {
    const { subject, action, resource } = input;
    const { decision, reasons } = evaluate(known, subject, action.name, resourceOf(resource), Date.now());
    return {
      decision,
      permission: `${resource.type}.${action.name}`,
      reasons: reasons.map((reason) => ({
        code: reason.code,
        text: decisionReason(known.catalogue, reason),
        advice: decisionAdvice(reason),
        remedy: decisionRemedy(known.catalogue, reason)
      }))
    };
  });
}

/** Who may do something, a page at a time, in the order of ids. */
export function explainWho(
  on: Explaining,
  input: {
    subject: { type: string };
    action: { name: string };
    resource: AskedResource;
    after?: string | undefined;
    limit: number;
  }
): Promise<RefusalOr<{ items: Holder[]; next: string | null; total: number; revision: number }>> {
  return answered(on, 'access.who', 'tools.decisions.search', (known) => {
    const { subject, action, resource, after = '', limit } = input;
    const all = whoMay(known, subject.type, action.name, resourceOf(resource), Date.now());
    const rest = all.filter(({ id }) => id > after);
    const items = rest.slice(0, limit).map(({ kind, id, name, roleId }) => {
      const role = known.role(roleId);
      return { type: kind, id, name, role: role ? { id: role.id, name: role.name } : null };
    });
    return { items, next: rest.length > limit ? items.at(-1)!.id : null, total: all.length };
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
      const resource = { type: id.slice(0, at), id: '' };
      return evaluate(known, subject, id.slice(at + 1), resource, Date.now()).decision;
    });
    return { permissions };
  });
}

/** Asks whoever calls for the permission first; what is not known is not guessed. @param answer null: there is no such subject */
function answered<T extends object>(
  { deps, authority, caller }: Explaining,
  name: string,
  permission: PermissionId,
  answer: (known: KnownAuthority) => T | null
): Promise<RefusalOr<T & { revision: number }>> {
  return ask<T & { revision: number }>(deps, caller, { name, permission }, async () => {
    const known = await authority.reach(null);
    if (!known) return { refused: { code: 'busy', retryAfter: 1 } };
    const given = answer(known);
    if (given === null) return { refused: { code: 'not-found', what: 'subject' } };
    return { answer: { ...given, revision: known.revision } };
  });
}

function resourceOf({ type, id = '', properties }: AskedResource): DecisionResource {
  return { type, id, owner: properties?.owner };
}

import { nothingToGive, type CapSettings } from '../../../core/quotas/caps';
import { isApplicationSuspended, judgeKey, narrowed, type KeyHolding } from '../../../core/applications/keys';
import type { AuditActor } from '../../../core/log/entry';
import type { Refusal } from '../../../core/access/refusal';
import { accountGate, type AccountGate } from '../../../core/users/account-gate';
import { USER_CALLS_PER_MINUTE } from '../../../core/users/user-keys';
import type { SignInStep } from '../../../core/sign-in/sign-in-step';
import type { ApplicationRow } from '../../db/tables/applications-table';
import { lifeOf, type KeyRow } from '../../db/tables/api-keys-table';
import type { RoleRow } from '../../db/tables/roles-table';
import type { RoleRule, SessionOwner, SessionRow, ValidSession, Visit } from '../../db/tables/sessions-table';
import { rightsInVisit } from '../../../core/users/visits';
import { auditActorIn, auditActorOfKey } from './audit-actor';
import { actingPerson, type ActingPerson } from './acting-person';
import type { Caller, CallerKey } from './caller';
import { allowlistOf, mayComeFrom, stepFor, stepOf } from './session-policy';

/** Whoever acts, as they may at this moment. */
export type Principal = {
  actor: ActingPerson;
  /** Actor as the log names them. */
  audit: AuditActor;
  /** The session they act through; null: a key. */
  session: SessionRow | null;
  /** Gate of their account: it says how far they may act. */
  gate: AccountGate;
  /** Somebody of staff looks in their place; null: they act themselves. */
  visit: Visit | null;
};

/** Somebody whose credential stands, before it is known what their role allows. */
export type Admitted = {
  roleId: string;
  owner: boolean;
  /** Calls a minute of whoever holds a key; null: as many as the installation allows. */
  perMinute: number | null;
  /** Role of the staff member who acts in their place, which counts as well. Null: nobody does. */
  staff: { roleId: string; owner: boolean } | null;
  /** Step of their sign-in that is left to be done, with this role. */
  step(role: RoleRule): SignInStep;
  /**
   * @param held the effective permissions of their role's holders
   * @param ofStaff the same of `staff`
   */
  as(held: ReadonlySet<string>, ofStaff: ReadonlySet<string>): Principal | Refusal;
};

const SIGNED_OUT: Refusal = { code: 'auth/signed-out' };

/** Standing of a session's person at an address, or the refusal. `standing` null: the session was ended meanwhile. */
export function admitSession(standing: ValidSession | null, ip: string | null): Admitted | Refusal {
  // Not logged: whatever ended the session has its own entry.
  if (!standing || !mayComeFrom(allowlistOf(standing), ip)) return SIGNED_OUT;
  const { person, session, visit } = standing;
  return {
    roleId: person.roleId,
    owner: person.owner,
    perMinute: null,
    staff: visit ? { roleId: visit.by.roleId, owner: visit.by.owner } : null,
    step: (role) => stepOf(standing, role),
    as(held, ofStaff) {
      const rights = visit && rightsInVisit(ofStaff, held);
      if (rights === null) return SIGNED_OUT;
      return {
        actor: actingPerson(person, rights ?? held),
        audit: auditActorIn(standing),
        session,
        gate: accountGate(person, Date.now()),
        visit: visit ?? null
      };
    }
  };
}

/** Holder of a key, as the database has it. */
export type KeyHolderRow =
  // The caps of whoever made the key; null: nobody who could give any.
  | { application: ApplicationRow; makerCaps: CapSettings | null }
  | { person: SessionOwner; platform2fa: ValidSession['platform2fa'] };

const THROUGH_A_KEY = { session: null, gate: 'open', visit: null } as const;

/**
 * Standing of a key's holder at an address (APP-4, APP-5), or the refusal. `found` null: there is no such key; its
 * `holder` null: nobody it belongs to.
 */
export function admitKey(
  caller: CallerKey,
  found: { key: KeyRow; holder: KeyHolderRow | null } | null,
  ip: string | null
): Admitted | Refusal {
  type Reason = Extract<Refusal, { code: 'auth/key' }>['reason'];
  const refused = (reason: Reason): Refusal => ({ code: 'auth/key', reason });
  const now = Date.now();
  if (!found) return refused('unknown');
  const { key, holder } = found;
  const problem = judgeKey(lifeOf(key), holder && holdingOf(holder, ip, now), now);
  if (problem || !holder) return refused(problem ?? 'revoked');
  if ('application' in holder) {
    const { application, makerCaps } = holder;
    return {
      roleId: application.roleId,
      owner: false,
      perMinute: application.perMinute,
      staff: null,
      step: () => 'ready',
      as: (held) => ({
        actor: {
          id: application.id,
          name: application.name,
          owner: false,
          roleId: application.roleId,
          // Whoever made the key knows it: through it they give no more than they may send themselves (ACC-4).
          caps: makerCaps ?? nothingToGive(),
          permissions: held
        },
        audit: auditActorOfKey(caller, application.name),
        ...THROUGH_A_KEY
      })
    };
  }
  const { person, platform2fa } = holder;
  return {
    roleId: person.roleId,
    owner: person.owner,
    perMinute: person.kind === 'user' ? USER_CALLS_PER_MINUTE : null,
    staff: null,
    // Whoever made the key had shown both factors: what is asked is whether they would be let in today.
    step: (role) => stepFor(person, { role, platform2fa, aal: person.twoFactor ? 2 : 1 }),
    as: (held) => ({
      // The owner is exempt from nothing through a key: it would be worth more than it was made for.
      actor: {
        ...actingPerson(
          person,
          narrowed(key.permissions ?? [], (id) => held.has(id))
        ),
        owner: false
      },
      audit: auditActorOfKey(caller, person.name),
      ...THROUGH_A_KEY
    })
  };
}

/** A deleted application has no row here. */
function holdingOf(holder: KeyHolderRow, ip: string | null, now: number): KeyHolding {
  if ('application' in holder)
    return {
      isGone: false,
      isSuspended: isApplicationSuspended(holder.application, now),
      isFromAllowed: mayComeFrom(holder.application.allowlist, ip)
    };
  const { ipAllowlist } = holder.person;
  return {
    isGone: false,
    isSuspended: accountGate(holder.person, now) !== 'open',
    isFromAllowed: mayComeFrom(ipAllowlist, ip)
  };
}

/** Whoever has a credential and a role, or why they may not act. */
export function principalOf(
  standing: Admitted | Refusal,
  role: RoleRow | undefined,
  held: ReadonlySet<string>,
  ofStaff: ReadonlySet<string> = new Set()
): Principal | Refusal {
  if ('code' in standing) return standing;
  if (!role) return SIGNED_OUT;
  const step = standing.step(role);
  return step === 'ready' ? standing.as(held, ofStaff) : { code: 'auth/step-required', next: step };
}

/** True if a caller came with a credential at all. */
export function hasCredential({ session, key }: Caller): boolean {
  return session !== null || key !== null;
}

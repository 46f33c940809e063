import { BlockList, isIP } from 'node:net';
import { signInStep, type SignInStep } from '../../../core/sign-in/sign-in-step';
import { twoFactorDemand, type TwoFactorDemand, type TwoFactorRules } from '../../../core/sign-in/two-factor';
import type { Aal, LiveSession } from '../../auth/sessions';
import type { RoleRule, SessionOwner, ValidSession } from '../../db/tables/sessions-table';
import type { Caller } from './caller';

/** Time a proof of the password lets sensitive steps pass, in minutes (AUT-4). */
export const PROOF_MINUTES = 10;

type Asked = Pick<SessionOwner, 'require2fa' | 'require2faFrom'>;
/** The same, and whether they have one. */
export type FactorAsked = Asked & Pick<SessionOwner, 'twoFactor'>;

/** The three rules about second factors that concern somebody, as stored. */
export function twoFactorRules(
  platform: ValidSession['platform2fa'],
  role: RoleRule | undefined,
  person: Asked
): TwoFactorRules {
  return {
    platform: {
      required: platform?.required ?? false,
      from: platform?.from ? new Date(platform.from) : null
    },
    role: { required: role?.require2fa ?? false, from: role?.require2faFrom ?? null },
    administrator: { required: person.require2fa, from: person.require2faFrom }
  };
}

/** Demand for a second factor on the person of a session. */
export function demandOf({ platform2fa, person }: ValidSession, role: RoleRule | undefined): TwoFactorDemand {
  return twoFactorDemand(twoFactorRules(platform2fa, role, person), new Date());
}

/** Step the person of a session must do before anything else. */
export function stepOf(standing: ValidSession, role: RoleRule | undefined): SignInStep {
  const { person, session, platform2fa, visit } = standing;
  // Whoever is signed in as a user has shown who they are themselves.
  if (visit) return stepFor(visit.by, { role: visit.role, platform2fa, aal: visit.aal });
  return stepFor(person, { role, platform2fa, aal: session.aal === 2 ? 2 : 1 });
}

/** The same for a session that is about to begin. */
export function stepFor(
  person: FactorAsked & Pick<SessionOwner, 'activationExpiresAt'>,
  given: { role: RoleRule | undefined; platform2fa: ValidSession['platform2fa']; aal: Aal }
): SignInStep {
  const demand = twoFactorDemand(twoFactorRules(given.platform2fa, given.role, person), new Date());
  return signInStep({
    activated: person.activationExpiresAt === null,
    twoFactor: person.twoFactor,
    twoFactorRequired: demand.required,
    aal: given.aal
  });
}

/** A session as its caller has it; null when its person may not come from this address. */
export function callerSession(live: LiveSession, ip: string | null): NonNullable<Caller['session']> | null {
  if (!mayComeFrom(allowlistOf(live), ip)) return null;
  const { id: personId, kind, roleId } = live.person;
  const session = { sid: live.session.sid, personId, kind, roleId, step: stepOf(live, live.role) };
  if (!live.visit) return session;
  const { by, aal, parentSid } = live.visit;
  return { ...session, visit: { by: { id: by.id, name: by.name }, aal, parentSid } };
}

/** Allowlist of a session: that of whoever acts in it. */
export function allowlistOf({ person, visit }: ValidSession): readonly string[] {
  return (visit?.by ?? person).ipAllowlist;
}

/** True if the password was proved recently enough in this session for a sensitive step. */
export function isProved(session: { provedAt: Date }): boolean {
  return Date.now() - session.provedAt.getTime() <= PROOF_MINUTES * 60_000;
}

/** True if somebody with this allowlist may come from an address (AUT-3). An empty list allows any. */
export function mayComeFrom(allowlist: readonly string[], ip: string | null): boolean {
  if (allowlist.length === 0) return true;
  const family = ip === null ? 0 : isIP(ip);
  if (ip === null || family === 0) return false;
  return blockListOf(allowlist).check(ip, family === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Addresses and networks (`10.0.0.0/8`, `2001:db8::/32`) as a list to look in; they were checked when they were
 * stored.
 */
function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

import type { WornBrand } from '../../../core/users/own-brand';
import { accountGate } from '../../../core/users/account-gate';
import { deviceOf } from '../../auth/device-name';
import { bindingCaps, settingsOfUser, type BindingCaps, type CapSettings } from '../../../core/quotas/caps';
import { SEE_OWN_CAPS } from '../../../core/quotas/shown-caps';
import type { NoticeData, NoticeKind } from '../../../core/settings/notices';
import type { AccountKind } from '../../../core/sign-in/account';
import type { TwoFactorSource } from '../../../core/sign-in/two-factor';
import { touchLastActive } from '../../db/tables/last-active-table';
import type { Queryable } from '../../db/driver/client';
import { countHandovers } from '../../db/tables/handovers-table';
import { readInstallation } from '../../db/tables/installation-table';
import { markNoticeRead, unreadNotices } from '../../db/tables/notices-table';
import { readPackages, type PackageRow } from '../../db/tables/packages-table';
import { readRoles } from '../../db/tables/roles-table';
import type { SessionOwner } from '../../db/tables/sessions-table';
import { readUsers } from '../../db/tables/users-table';
import { countRecoveryCodes } from '../../db/tables/totp-table';
import { keepSession, type LiveSession } from '../../auth/sessions';
import { askInSession } from '../write-path/ask';
import { accountOfSession, type Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import { openOffer, type OfferSummary } from '../ownership/offer';
import type { RefusalOr } from '../write-path/refusal-or';
import { readSection } from '../stored-settings/read-section';
import { readWornBrand } from '../stored-settings/read-worn-brand';
import { unscoped } from '../write-path/scope';
import { demandOf, PROOF_MINUTES } from '../write-path/session-policy';

/** Status of a user's account. */
export type OwnStatus = {
  status: 'active' | 'closing';
  /** ISO time at which the closing is over; null: none is under way. */
  closesAt: string | null;
};

export type Me = {
  /** One of staff, or a user: a client of whoever runs the installation. */
  kind: AccountKind;
  /** Package that a user's caps and role come from; null of an administrator. */
  package: { id: string; name: string } | null;
  /** Null of an administrator. */
  status: OwnStatus | null;
  /** Staff member signed in as this user, to look, and the end of that visit (ISO 8601); null: the person is here. */
  visit: { by: { id: string; name: string }; endsAt: string } | null;
  id: string;
  name: string;
  email: string;
  owner: boolean;
  /** Version of the own record. */
  seq: number;
  /**
   * Role; in a visit its name is empty: roles of users have a permission of their own, which nobody holds in a user's
   * place.
   */
  role: { id: string; name: string };
  permissions: string[];
  /** Null in a visit whose person may not see caps. */
  caps: CapSettings | null;
  /** The caps in force, and where each comes from; of a user by `own.usage`. Null as `caps`. */
  bindingCaps: BindingCaps | null;
  twoFactor: {
    on: boolean;
    required: boolean;
    /** Rules that ask for a second factor. */
    sources: TwoFactorSource[];
    /** ISO time from which it is required; null: now, or not at all. */
    from: string | null;
    recoveryCodesLeft: number;
  };
  ipAllowlist: string[];
  /** The address this request came from. */
  ip: string | null;
  /** The time until which sensitive steps pass without proving the password again. */
  provedUntil: string;
  /** Unread notices to this person, newest first. */
  notices: { id: string; kind: NoticeKind; data: NoticeData; at: string }[];
  /** Number of refused changes that wait for this person, and of those they handed on themselves. */
  handovers: { toMe: number; fromMe: number };
  /** The ownership is offered to this person, or by them. */
  offer: OfferSummary | null;
  /** Look of the console: the installation's, and for a user with its own branding. */
  branding: WornBrand;
  timeZone: string;
  /** Longest life of a new key, in days. */
  mostKeyDays: number;
  /** Part of every document's name on this device. */
  epoch: string;
  /**
   * Keys that seal this person's pending edits on their device: 32 bytes each in base64url, newest first. Once
   * signed out, the device holds nothing that can be read.
   */
  deviceKeys: string[];
};

const MOST_NOTICES = 20;

/**
 * Reads the caller's own account: who they are and what they may do. In one piece: one answer, read in one
 * transaction.
 */
export function readMe(deps: Deps, caller: Caller): Promise<RefusalOr<Me>> {
  return askInSession<Me>(deps, caller, { name: 'me.get', permission: null }, async (actor, live, as) => {
    const { db } = deps;
    const { person, session } = live;
    const tenant = person.kind === 'user' ? await ownTenant(db, person) : null;
    const [
      installation,
      [role],
      platform,
      branding,
      { timeZone },
      { mostDays },
      notices,
      offer,
      codes,
      handovers
    ] = await Promise.all([
      readInstallation(db),
      readRoles(db, [actor.roleId]),
      readSection(db, 'caps'),
      readWornBrand(db, person),
      readSection(db, 'general'),
      readSection(db, 'keys'),
      unreadNotices(db, actor.id, MOST_NOTICES),
      openOffer(deps),
      person.twoFactor ? countRecoveryCodes(db, actor.id) : 0,
      countHandovers(db, actor.id)
    ]);
    if (!role || !installation) return { refused: { code: 'auth/signed-out' } };
    const demand = demandOf(live, live.role);
    const me: Me = {
      kind: person.kind,
      package: tenant && { id: tenant.package.id, name: tenant.package.name },
      status: tenant && ownStatus(person),
      visit: null,
      id: person.id,
      name: person.name,
      email: person.email,
      owner: person.owner,
      seq: person.seq,
      role: { id: role.id, name: role.name },
      permissions: deps.catalogue.ids.filter((permission) => actor.permissions.has(permission)),
      caps: person.caps,
      bindingCaps: bindingCaps(
        platform,
        tenant ? settingsOfUser(tenant.package.caps, person.caps) : person.caps
      ),
      twoFactor: {
        on: person.twoFactor,
        required: demand.required,
        sources: demand.sources,
        from: demand.from?.toISOString() ?? null,
        recoveryCodesLeft: codes
      },
      ipAllowlist: person.ipAllowlist,
      ip: caller.request.ip,
      provedUntil: new Date(session.provedAt.getTime() + PROOF_MINUTES * 60_000).toISOString(),
      notices: notices.map(({ id, kind, data, at }) => ({
        id,
        kind: kind as NoticeKind,
        data: withDevice(kind, data),
        at: at.toISOString()
      })),
      handovers,
      offer: offer && (offer.to.id === person.id || offer.from.id === person.id) ? offer : null,
      branding,
      timeZone: tenant?.timeZone ?? timeZone,
      mostKeyDays: mostDays,
      epoch: installation.epoch,
      deviceKeys: deps.keyring.macs('device/v1', person.id).map((key) => key.toString('base64url'))
    };
    return { answer: as.visit ? asVisited(me, live, actor.permissions) : me };
  });
}

/**
 * Own account as told to a staff member signed in as the user: nothing that is for the user alone to read, and
 * nothing to keep on the device.
 */
function asVisited(me: Me, { session, visit }: LiveSession, rights: ReadonlySet<string>): Me {
  const by = visit && { id: visit.by.id, name: visit.by.name };
  const { caps, bindingCaps } = me;
  return {
    ...me,
    ...(rights.has(SEE_OWN_CAPS) ? { caps, bindingCaps } : { caps: null, bindingCaps: null }),
    role: { id: me.role.id, name: '' },
    visit: by ? { by, endsAt: session.endsAt.toISOString() } : null,
    twoFactor: { ...me.twoFactor, sources: [], recoveryCodesLeft: 0 },
    ...{ notices: [], offer: null, deviceKeys: [], ipAllowlist: [] }
  };
}

/** The package of a user, and the time zone that is its own. */
async function ownTenant(
  db: Queryable,
  { id, packageId }: SessionOwner
): Promise<{ package: PackageRow; timeZone: string | null } | null> {
  const [[row], [has]] = await Promise.all([readUsers(db, [id]), readPackages(db, [packageId ?? ''])]);
  return row && has ? { package: has, timeZone: row.timeZone } : null;
}

/** Nobody who is suspended gets here. */
function ownStatus(person: SessionOwner): OwnStatus {
  const closing = accountGate(person, Date.now()) === 'closing';
  return {
    status: closing ? 'closing' : 'active',
    closesAt: closing ? (person.closesAt?.toISOString() ?? null) : null
  };
}

/** Data of a notice, with the name of the device it speaks of. */
function withDevice(kind: string, data: NoticeData): NoticeData {
  return kind === 'new-device' ? { ...data, device: deviceOf(data['userAgent'] ?? null).name } : data;
}

/** Notes a person's own request: the idle time starts anew. */
export async function noteActivity(deps: Deps, session: NonNullable<Caller['session']>): Promise<void> {
  // Nothing makes a visit longer, and the user is not there: whoever of staff is, stays signed in themselves.
  const { visit } = session;
  const { db } = visit ? unscoped(deps) : deps;
  await keepSession(db, visit?.parentSid ?? session.sid, await readSection(db, 'sessions'));
  const who = visit ? { kind: 'administrator' as const, id: visit.by.id } : accountOfSession(session);
  await touchLastActive(db, who);
}

/** A person has read what they were told. */
export async function dismissNotice(deps: Deps, session: { personId: string }, id: string): Promise<void> {
  await markNoticeRead(deps.db, session.personId, id);
}

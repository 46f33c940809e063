import type { PersonSummary } from '../../../documents/cells';
import type { CapSettings } from '../../../core/quotas/caps';
import { shownCaps, type ShownCaps } from '../../../core/quotas/shown-caps';
import type { SecretVoid } from '../../../core/administrators/activation';
import { barredFromPerson } from '../../../core/administrators/people';
import type { Actor } from '../../../core/access/access';
import type { Refusal } from '../../../core/access/refusal';
import { twoFactorDemand, type TwoFactorSource } from '../../../core/sign-in/two-factor';
import { isLockedOut } from '../../auth/attempts';
import {
  countSecretsOf,
  findKnownAdministrator,
  listAdministrators as listRows,
  type AdministratorRow,
  type PeopleFilter
} from '../../db/tables/administrators-table';
import { readLastSignIns } from '../../db/log/last-sign-ins';
import { readLastActive } from '../../db/tables/last-active-table';
import { readRoles } from '../../db/tables/roles-table';
import { ask } from '../write-path/ask';
import { permissionsOf } from '../write-path/authority';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import { makeCursor, readCursor } from '../write-path/name-cursor';
import type { RefusalOr } from '../write-path/refusal-or';
import { readSection } from '../stored-settings/read-section';
import { twoFactorRules } from '../write-path/session-policy';
import { voidSecret } from '../credentials/activation-makers';
import { personSummary } from './person-summary';
import { shownSendingNames } from './sending-names';

const VIEW = 'people.administrators.view';
/** Permission to see from where others sign in. */
const SEE_SESSIONS = 'people.credentials.view_sessions';

export type PersonListItem = PersonSummary & { id: string };
/** Facts of a row of the list that are asked for apart: no device keeps them. */
export type ListedFacts = {
  /** Caps set for them; null for those who may not see caps of others. */
  caps: CapSettings | null;
  /** The caps in force, and where each comes from; null for those who may not see caps of others. */
  bindingCaps: ShownCaps | null;
  /** IP address of the last sign-in; null: none is known, or not to those who may not see where people sign in from. */
  lastSignInIp: string | null;
};
export type PersonDetail = PersonListItem & {
  /** Caps set for them; null for those who may not see caps of others. */
  caps: CapSettings | null;
  /** The caps in force, and where each comes from; null for those who may not see caps of others. */
  bindingCaps: ShownCaps | null;
  /** Names they send under besides their address; null for those who may not see caps of others. */
  sendingNames: string[] | null;
  role: { id: string; name: string };
  /** Effective permissions: from the role, all of them for the owner. */
  permissions: string[];
  /** Rules that ask for a second factor. */
  twoFactorSources: TwoFactorSource[];
  /** Demand for a second factor in this record itself. */
  require2fa: boolean;
  require2faFrom: string | null;
  /** The time until which the initial password or the invitation can be used; null: activated. */
  activationExpires: string | null;
  /** An invitation waits, not an initial password. */
  invited: boolean;
  /**
   * Reason a new link is needed: the open one, or the initial password, opens nothing. Null: it does, there is
   * none, or whoever asks may not make another.
   */
  activationVoid: SecretVoid | null;
  /** Number of open links and initial passwords made by them, which end when they are suspended or deleted. */
  secretsMade: number;
  /** Closed by wrong tries in a row. */
  lockedOut: boolean;
  /** Addresses they may sign in from; empty also for those who may not see where people sign in from. */
  ipAllowlist: string[];
  /** Reason whoever asks may not change this account; null: they may, with the permissions. */
  barred: Refusal | null;
};

type PeoplePage = { items: (PersonListItem & Partial<ListedFacts>)[]; next: string | null };

/** A page of administrators by name. */
export function listAdministrators(
  deps: Deps,
  caller: Caller,
  input: PeopleFilter & { facts?: boolean | undefined; cursor?: string | undefined; limit: number }
): Promise<RefusalOr<PeoplePage>> {
  return ask<PeoplePage>(deps, caller, { name: 'administrators.list', permission: VIEW }, async (actor) => {
    const place = readCursor(input.cursor);
    if ('refused' in place) return place;
    const rows = await listRows(deps.db, input, { ...place, limit: input.limit + 1 });
    const page = rows.slice(0, input.limit);
    const [roles, platform2fa, active, facts] = await Promise.all([
      readRoles(deps.db),
      readSection(deps.db, 'twoFactor'),
      readLastActive(
        deps.db,
        page.map((row) => row.id)
      ),
      input.facts ? readFacts(deps, actor, page) : null
    ]);
    const roleById = new Map(roles.map((role) => [role.id, role]));
    const last = page.at(-1);
    return {
      answer: {
        items: page.map((row) => ({
          id: row.id,
          ...personSummary(row, {
            role: roleById.get(row.roleId),
            platform2fa,
            lastActive: active.get(row.id)
          }),
          ...facts?.get(row.id)
        })),
        next: rows.length > page.length && last ? makeCursor(last) : null
      }
    };
  });
}

/** Facts of these people, as far as whoever asks may see them. */
async function readFacts(
  { db }: Deps,
  actor: Actor,
  rows: readonly AdministratorRow[]
): Promise<Map<string, ListedFacts>> {
  const seesSessions = actor.permissions.has(SEE_SESSIONS);
  const located = rows.map(({ id }) => id).filter((id) => seesSessions || id === actor.id);
  const [platform, addresses] = await Promise.all([readSection(db, 'caps'), readLastSignIns(db, located)]);
  return new Map(
    rows.map(({ id, caps }) => [
      id,
      { ...shownCaps(actor, id, platform, caps), lastSignInIp: addresses.get(id) ?? null }
    ])
  );
}

/** One administrator: what they are, may do and may send, with the reasons (ADM-9). */
export function getAdministrator(deps: Deps, caller: Caller, id: string): Promise<RefusalOr<PersonDetail>> {
  return ask<PersonDetail>(deps, caller, { name: 'administrators.get', permission: VIEW }, async (actor) => {
    const { db } = deps;
    const row = await findKnownAdministrator(db, id);
    if (!row) return { refused: { code: 'not-found', what: 'administrator' } };
    const [[role], active, platform, platform2fa, locked, why, secretsMade, sendingNames] = await Promise.all(
      [
        readRoles(db, [row.roleId]),
        readLastActive(db, [id]),
        readSection(db, 'caps'),
        readSection(db, 'twoFactor'),
        isLockedOut(db, row),
        voidSecret(deps, db, row),
        countSecretsOf(db, id),
        shownSendingNames(db, actor, id)
      ]
    );
    const effective = role ? await permissionsOf(deps, db, row.owner, role) : new Set<string>();
    const seesSessions = actor.permissions.has(SEE_SESSIONS);
    const demand = twoFactorDemand(twoFactorRules(platform2fa, role, row), new Date());
    const barred = barredFromPerson(actor, { id, owner: row.owner, effective });
    const mayRenew = barred === null && actor.permissions.has('people.credentials.reset_password');
    return {
      answer: {
        id,
        ...personSummary(row, { role, platform2fa, lastActive: active.get(id) }),
        ...shownCaps(actor, id, platform, row.caps),
        sendingNames,
        role: { id: row.roleId, name: role?.name ?? row.roleId },
        permissions: deps.catalogue.ids.filter((permission) => effective.has(permission)),
        twoFactorSources: demand.sources,
        require2fa: row.require2fa,
        require2faFrom: row.require2faFrom?.toISOString() ?? null,
        activationExpires: row.activationExpiresAt?.toISOString() ?? null,
        invited: row.activationHash !== null,
        activationVoid: mayRenew && row.deletedAt === null ? why : null,
        secretsMade,
        lockedOut: locked,
        ipAllowlist: seesSessions || actor.id === id ? row.ipAllowlist : [],
        barred
      }
    };
  });
}

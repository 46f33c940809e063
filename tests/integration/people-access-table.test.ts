import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  entriesSince,
  momentOf,
  plantPeople,
  type NotedEntry,
  type PlantedPerson
} from '../support/accounts';
import type { ApiClient, Result } from '../support/api-client';
import { enrol, INITIAL_PASSWORD, PASSWORD, startTestConsole, type TestConsole } from '../support/console';
import { openState, type StateProbe } from '../support/state';

// Every procedure that changes accounts × every kind of actor × every kind of target. What is expected follows from the
// rules of the product, stated here a second time and in their own words; nothing is taken from the code under test.

/** The right to manage people and nothing else. */
const MANAGING = [
  ...['view', 'add', 'edit', 'change_role', 'suspend', 'reactivate', 'unlock', 'bulk_edit'].map(
    (action) => `people.administrators.${action}`
  ),
  'people.administrators.delete_soft',
  'people.administrators.delete_hard',
  ...['reset_password', 'require_2fa', 'reset_2fa', 'revoke_sessions', 'view_sessions'].map(
    (action) => `people.credentials.${action}`
  ),
  'people.roles.view',
  'people.roles.assign',
  'people.invitations.send',
  'people.self.edit_profile',
  'people.self.own_sessions',
  'people.self.own_ip_allowlist',
  'quotas.admin_quota.set',
  'quotas.admin_quota.clear'
];
/** A permission beyond those who manage people alone. */
const BEYOND = 'audience.contacts.view';
const SUPER = 'super_administrator';
/** Permission of a later catalogue, which only Super Administrator holds (ROL-7). */
const LATER = 'whatever comes later';
/** The daily cap of whoever has one. */
const CAP = 100;

const KINDS = [
  'owner',
  'super administrator',
  'admin',
  'admin without that permission',
  'capped admin',
  'manager of people',
  'without rights',
  'stale proof',
  'suspended',
  'not activated',
  'second factor pending',
  'enrolment pending',
  'signed out',
  'anonymous'
] as const;
type Kind = (typeof KINDS)[number];

type Who = {
  kind: Kind;
  client: ApiClient;
  id: string;
  owner: boolean;
  roleId: string;
  /** Permissions of the person; null: nothing is asked of them before they are through with signing in. */
  holds: Set<string> | null;
  /** Code by which they are turned away before anything is asked; null: they are not. */
  outside: string | null;
  stale: boolean;
  capped: boolean;
};

const TARGETS = ['self', 'weaker', 'equal', 'incomparable', 'super', 'owner', 'unknown'] as const;
type Kin = (typeof TARGETS)[number];

type Target = {
  kin: Kin;
  id: string;
  roleId: string;
  holds: Set<string>;
};

/** Verdict of a rule: fine, fine without anything to do, a refusal of the whole, or of a part. */
type Verdict = 'fine' | 'nothing to do' | { whole: string } | { part: string };

type Case = {
  procedure: string;
  name: string;
  /** Permission that the actor who lacks "that permission" lacks. */
  permission?: string;
  variants: readonly string[];
  /** Properties of the planted targets. */
  like?: Partial<PlantedPerson>;
  /** True if it changes more than its target. */
  spreads?: boolean;
  prepare?: (who: Who, variant: string) => Promise<void>;
  input: (who: Who, target: Target, variant: string) => object;
  rule: (who: Who, target: Target, variant: string) => Verdict;
};

let app: TestConsole;
let state: StateProbe;
let ids: string[];
let ownerOnly: Set<string>;
const roleHolds = new Map<string, Set<string>>();
const people = new Map<Kind, Who>();
const lackingRole = new Map<string, string>();
const size = { cases: 0, allowed: 0, refused: 0 };
const role = { nothing: '', alsoNothing: '', beyond: '', managers: '' };

// The rules, of who may touch whom.
const gate = (who: Who, permission: string | null, sensitive: boolean): Verdict | null => {
  if (who.outside) return { whole: who.outside };
  if (permission !== null && !who.holds!.has(permission)) return { whole: 'access/permission-required' };
  return sensitive && who.stale ? { whole: 'auth/reauthenticate' } : null;
};
/** ACC-2, ACC-4, OWN-2 */
const touch = (who: Who, target: Target): string | null => {
  if (target.kin === 'unknown') return 'not-found';
  if (target.id === who.id) return 'access/self';
  if (target.kin === 'owner') return 'access/owner';
  return [...target.holds].every((id) => who.holds!.has(id)) ? null : 'access/not-dominated';
};
/** Letting somebody in again changes nothing of their account: the owner counts by the role alone. */
const reach = (who: Who, target: Target): string | null => {
  if (target.kin !== 'owner' || target.id === who.id) return touch(who, target);
  return [...roleHolds.get(SUPER)!].every((id) => who.holds!.has(id)) ? null : 'access/not-dominated';
};
const whole = (code: string | null): Verdict | null => (code === null ? null : { whole: code });
const part = (code: string | null | undefined): Verdict | null => (code ? { part: code } : null);
const lacks = (who: Who, permission: string) =>
  who.holds!.has(permission) ? null : 'access/permission-required';
/** ACC-1 */
const holdsAll = (who: Who, roleId: string) =>
  who.owner || [...roleHolds.get(roleId)!].every((id) => who.holds!.has(id)) ? null : 'access/not-held';
/** A part, unless nobody of that id is there. */
const partly = (target: Target, ...codes: (string | null)[]): Verdict =>
  target.kin === 'unknown' ? { whole: 'not-found' } : (part(codes.find((code) => code !== null)) ?? 'fine');

const seen = Number.MAX_SAFE_INTEGER;
let made = 0;

/** An action on one person: its permission, its proof, and that the actor may touch them. */
const act = (procedure: string, permission: string, more: Partial<Case> & { extra?: object } = {}): Case => ({
  procedure,
  name: '',
  permission,
  variants: TARGETS,
  input: (_, { id }) => ({ id, ...more.extra }),
  rule: (who, target) =>
    gate(who, permission, procedure !== 'administrators.unlock') ??
    whole((procedure === 'administrators.unlock' ? reach : touch)(who, target)) ??
    'fine',
  ...more
});

/** A change of one field through the form. `own`: one may change it of oneself. */
const update = (
  name: string,
  permission: string,
  fields: object | (() => object),
  more: Partial<Case> & { sensitive: boolean; own?: boolean; then?: (who: Who) => string | null }
): Case => ({
  procedure: 'administrators.update',
  name,
  permission,
  variants: TARGETS,
  input: (_, { id }) => ({ id, seen, ...(typeof fields === 'function' ? fields() : fields) }),
  rule: (who, target) =>
    gate(who, 'people.administrators.view', more.sensitive) ??
    partly(
      target,
      lacks(who, permission),
      more.own && target.id === who.id ? null : touch(who, target),
      more.then?.(who) ?? null
    ),
  ...more
});

/** The same to everybody chosen, here to one. */
const bulk = (
  action: () => { kind: string } & object,
  permission: string,
  more: Partial<Case> = {}
): Case => ({
  procedure: 'administrators.bulk',
  name: '',
  permission,
  variants: TARGETS,
  input: (_, { id }) => ({ ids: [id], action: action() }),
  rule: (who, target) =>
    gate(who, 'people.administrators.bulk_edit', true) ??
    part(lacks(who, permission)) ??
    part(touch(who, target)) ??
    'fine',
  ...more
});

/** Whoever is asked for a second factor has a step of their sign-in before them: nothing comes after it. */
const SELF_LAST = ['weaker', 'equal', 'incomparable', 'super', 'unknown', 'owner', 'self'];
const ROLES = ['weaker', 'equal', 'incomparable', 'super', 'unknown'] as const;
const aboveOwn = (who: Who) => (who.capped ? 'access/cap-above-own' : null);

/** A new administrator, through the form. */
const create = (name: string, permission: string, extra: object, more: Partial<Case> = {}): Case => ({
  procedure: 'administrators.create',
  name,
  permission,
  variants: ROLES,
  input: (who, { roleId }) => ({
    name: `New ${++made}`,
    email: `new.${made}@northwind.example`,
    roleId,
    // Nobody gives what they have not: inheriting would be more than a capped person has.
    ...(who.capped ? { caps: { daily: CAP } } : {}),
    ...extra
  }),
  rule: (who, { kin, roleId }) =>
    gate(who, 'people.administrators.add', true) ??
    ('password' in extra ? null : whole(lacks(who, 'people.invitations.send'))) ??
    (kin === 'unknown' ? { whole: 'not-found' } : null) ??
    whole(lacks(who, 'people.roles.assign')) ??
    whole(holdsAll(who, roleId)) ??
    'fine',
  ...more
});

const offerTo = (id: string | null, hours: number) =>
  state.audited(async (tx) => {
    await tx`delete from ownership_offer`;
    if (id === null) return;
    await tx`insert into ownership_offer (from_id, to_id, expires_at)
      values (${app.ownerId}, ${id}, now() + make_interval(hours => ${hours}))`;
  });
const OFFERS = ['no offer', 'an offer to somebody else', 'an expired offer', 'an open offer'];
const prepareOffer = async (who: Who, variant: string) => {
  const other = people.get(who.kind === 'capped admin' ? 'admin' : 'capped admin')!.id;
  // Nobody offers the ownership to themselves, and who is not there has no id.
  const addressee = who.id === '' || who.owner ? other : who.id;
  if (variant === 'no offer') await offerTo(null, 0);
  else if (variant === 'an offer to somebody else') await offerTo(other, 72);
  else await offerTo(addressee, variant === 'an expired offer' ? -1 : 72);
};

const CASES: Case[] = [
  act('administrators.suspend', 'people.administrators.suspend'),
  act('administrators.reactivate', 'people.administrators.reactivate', {
    name: 'somebody suspended',
    like: { status: 'suspended' }
  }),
  act('administrators.reactivate', 'people.administrators.reactivate', {
    name: 'somebody deactivated',
    like: { deactivated: true },
    rule: (who, target) =>
      gate(who, 'people.administrators.reactivate', true) ??
      whole(touch(who, target)) ??
      whole(lacks(who, 'people.administrators.add')) ??
      'fine'
  }),
  act('administrators.delete', 'people.administrators.delete_soft', { name: 'softly' }),
  act('administrators.delete', 'people.administrators.delete_hard', {
    name: 'for good',
    extra: { hard: true }
  }),
  act('administrators.delete', 'people.administrators.delete_hard', {
    name: 'somebody deactivated for good',
    like: { deactivated: true },
    extra: { hard: true }
  }),
  act('administrators.resetPassword', 'people.credentials.reset_password', { name: 'by a link' }),
  act('administrators.resetPassword', 'people.credentials.reset_password', {
    name: 'to a new one',
    extra: { password: INITIAL_PASSWORD }
  }),
  act('administrators.require2fa', 'people.credentials.require_2fa', {
    name: 'on',
    variants: SELF_LAST,
    // ACC-4: of oneself one may ask for more.
    rule: (who, target) =>
      gate(who, 'people.credentials.require_2fa', true) ??
      (target.id === who.id ? null : whole(touch(who, target))) ??
      'fine'
  }),
  act('administrators.require2fa', 'people.credentials.require_2fa', {
    name: 'off',
    like: { require2fa: true },
    variants: TARGETS.filter((kin) => kin !== 'self'),
    extra: { required: false },
    // The owner, who is not asked for one, stays so.
    rule: (who, target) =>
      gate(who, 'people.credentials.require_2fa', true) ??
      (target.id === who.id ? 'nothing to do' : null) ??
      whole(touch(who, target)) ??
      'fine'
  }),
  act('administrators.reset2fa', 'people.credentials.reset_2fa', { like: { twoFactor: true } }),
  act('administrators.revokeSessions', 'people.credentials.revoke_sessions'),
  act('administrators.unlock', 'people.administrators.unlock'),
  ...['addSendingName', 'removeSendingName'].map((name) =>
    act(`administrators.${name}`, 'quotas.admin_quota.set', {
      input: (_, { id }) => ({ id, name: `newsletter-${++made}` }),
      // Nobody else names the owner.
      rule: (who, target) =>
        gate(who, 'quotas.admin_quota.set', true) ??
        (who.owner && target.id === who.id ? null : whole(touch(who, target))) ??
        // A name that they do not have is none to be taken.
        (name === 'addSendingName' ? 'fine' : 'nothing to do')
    })
  ),

  update('name', 'people.administrators.edit', () => ({ name: `Renamed ${++made}` }), {
    sensitive: false,
    own: true
  }),
  update('address', 'people.administrators.edit', () => ({ email: `moved.${++made}@northwind.example` }), {
    sensitive: true,
    own: true
  }),
  update('role, to a weak one', 'people.administrators.change_role', () => ({ roleId: role.alsoNothing }), {
    sensitive: true
  }),
  update('role, to one beyond some', 'people.administrators.change_role', () => ({ roleId: role.beyond }), {
    sensitive: true,
    variants: TARGETS.filter((kin) => kin !== 'incomparable'),
    then: (who) => holdsAll(who, role.beyond)
  }),
  update(
    'role, to Super Administrator',
    'people.administrators.change_role',
    { roleId: SUPER },
    {
      sensitive: true,
      variants: ['self', 'weaker', 'equal', 'incomparable', 'unknown'],
      then: (who) => holdsAll(who, SUPER),
      rule: (who, target) => {
        const holder = who.roleId === SUPER && (target.kin === 'self' || target.kin === 'equal');
        const asked =
          gate(who, 'people.administrators.view', true) ??
          partly(
            target,
            lacks(who, 'people.administrators.change_role'),
            touch(who, target),
            holdsAll(who, SUPER)
          );
        return holder && who.holds !== null ? 'nothing to do' : asked;
      }
    }
  ),
  update(
    'role, to one that is not there',
    'people.administrators.change_role',
    { roleId: 'no-such-role' },
    {
      sensitive: true,
      rule: (who) => gate(who, 'people.administrators.view', true) ?? { whole: 'not-found' }
    }
  ),
  update(
    'cap, within everybody’s own',
    'quotas.admin_quota.set',
    { caps: { daily: 50 } },
    { sensitive: true }
  ),
  update(
    'cap, above some’s own',
    'quotas.admin_quota.set',
    { caps: { daily: 500 } },
    {
      sensitive: true,
      then: aboveOwn
    }
  ),
  update(
    'cap, to no limit',
    'quotas.admin_quota.set',
    { caps: { daily: 'unlimited' } },
    {
      sensitive: true,
      then: aboveOwn
    }
  ),
  update(
    'cap, to the platform’s',
    'quotas.admin_quota.clear',
    { caps: { daily: 'inherit' } },
    {
      sensitive: true,
      like: { caps: { daily: 10 } },
      // Nothing to inherit anew for those who inherit already.
      variants: ['weaker', 'equal', 'incomparable', 'super', 'unknown'],
      then: aboveOwn
    }
  ),

  bulk(() => ({ kind: 'suspend' }), 'people.administrators.suspend', { name: 'suspend' }),
  bulk(() => ({ kind: 'reactivate' }), 'people.administrators.reactivate', {
    name: 'reactivate',
    like: { status: 'suspended' }
  }),
  bulk(() => ({ kind: 'revokeSessions' }), 'people.credentials.revoke_sessions', { name: 'revoke sessions' }),
  bulk(() => ({ kind: 'require2fa' }), 'people.credentials.require_2fa', {
    name: 'require a second factor',
    variants: SELF_LAST,
    rule: (who, target) =>
      gate(who, 'people.administrators.bulk_edit', true) ??
      part(lacks(who, 'people.credentials.require_2fa')) ??
      (target.id === who.id ? null : part(touch(who, target))) ??
      'fine'
  }),
  bulk(() => ({ kind: 'assignRole', roleId: role.beyond }), 'people.administrators.change_role', {
    name: 'assign a role beyond some',
    variants: TARGETS.filter((kin) => kin !== 'incomparable'),
    rule: (who, target) =>
      gate(who, 'people.administrators.bulk_edit', true) ??
      part(lacks(who, 'people.administrators.view')) ??
      part(target.kin === 'unknown' ? 'not-found' : null) ??
      part(lacks(who, 'people.administrators.change_role')) ??
      part(touch(who, target)) ??
      part(holdsAll(who, role.beyond)) ??
      'fine'
  }),

  create('with a password', 'people.administrators.add', { password: INITIAL_PASSWORD }),
  create('with an invitation', 'people.invitations.send', {}),
  create(
    'without a right to assign',
    'people.roles.assign',
    { password: INITIAL_PASSWORD },
    {
      variants: ['weaker']
    }
  ),
  create(
    'with a cap beyond some',
    'quotas.admin_quota.set',
    { password: INITIAL_PASSWORD, caps: { daily: 500 } },
    {
      variants: ['weaker', 'super'],
      rule: (who, { roleId }) =>
        gate(who, 'people.administrators.add', true) ??
        whole(lacks(who, 'people.roles.assign')) ??
        whole(lacks(who, 'quotas.admin_quota.set')) ??
        whole(holdsAll(who, roleId)) ??
        whole(aboveOwn(who)) ??
        'fine'
    }
  ),
  create(
    'that inherits what some have not',
    'people.administrators.add',
    { caps: {} },
    {
      variants: ['weaker'],
      rule: (who) => gate(who, 'people.administrators.add', true) ?? whole(aboveOwn(who)) ?? 'fine'
    }
  ),
  {
    procedure: 'administrators.import',
    name: 'a row',
    permission: 'people.administrators.add',
    variants: ROLES,
    input: (who, { roleId }) => ({
      rows: [
        {
          line: 2,
          name: `Row ${++made}`,
          email: `row.${made}@northwind.example`,
          role: roleId,
          ...(who.capped ? { caps: { daily: `${CAP}` } } : {})
        }
      ]
    }),
    rule: (who, { kin, roleId }) =>
      gate(who, 'people.administrators.add', true) ??
      (kin === 'unknown' ? { part: 'input/invalid' } : null) ??
      part(lacks(who, 'people.invitations.send')) ??
      part(lacks(who, 'people.roles.assign')) ??
      part(holdsAll(who, roleId)) ??
      'fine'
  },
  {
    procedure: 'roles.revokeSessions',
    name: '',
    spreads: true,
    permission: 'people.credentials.revoke_sessions',
    variants: ROLES,
    input: (_, { roleId }) => ({ id: roleId }),
    rule: (who, { kin, roleId, holds }) =>
      gate(who, 'people.credentials.revoke_sessions', true) ??
      (kin === 'unknown' ? { whole: 'not-found' } : null) ??
      // The owner is among those who hold it.
      (roleId === SUPER && !who.owner ? { whole: 'access/not-dominated' } : null) ??
      // Their equals are signed out already.
      (who.owner && kin === 'super' ? 'nothing to do' : null) ??
      ([...holds].every((id) => who.holds!.has(id)) ? 'fine' : { whole: 'access/not-dominated' })
  },

  {
    procedure: 'owner.offer',
    name: '',
    spreads: true,
    variants: TARGETS,
    input: (_, { id }) => ({ id }),
    rule: (who, { kin, roleId, id }) =>
      gate(who, 'people.ownership.transfer', true) ??
      (kin === 'unknown' ? { whole: 'not-found' } : null) ??
      (id === who.id ? { whole: 'access/self' } : null) ??
      (roleId === SUPER ? 'fine' : { whole: 'input/invalid' })
  },
  {
    procedure: 'owner.withdraw',
    name: '',
    variants: OFFERS,
    prepare: prepareOffer,
    input: () => ({}),
    rule: (who, _, variant) =>
      gate(who, 'people.ownership.transfer', false) ?? (variant === 'no offer' ? 'nothing to do' : 'fine')
  },
  {
    procedure: 'owner.accept',
    name: '',
    variants: OFFERS,
    prepare: prepareOffer,
    input: () => ({}),
    rule: (who, _, variant) =>
      gate(who, null, true) ??
      (variant !== 'an open offer' || who.owner ? { whole: 'not-found' } : null) ??
      (who.roleId === SUPER ? 'fine' : { whole: 'access/owner' })
  },
  {
    procedure: 'owner.decline',
    name: '',
    variants: OFFERS,
    prepare: prepareOffer,
    input: () => ({}),
    rule: (who, _, variant) =>
      gate(who, null, false) ?? (who.owner || !/expired|open/.test(variant) ? { whole: 'not-found' } : 'fine')
  },

  {
    procedure: 'me.update',
    name: 'name',
    permission: 'people.self.edit_profile',
    variants: ['self'],
    input: () => ({ seen, name: `Renamed ${++made}` }),
    rule: (who) => gate(who, 'people.self.edit_profile', false) ?? 'fine'
  },
  {
    procedure: 'me.update',
    name: 'address',
    permission: 'people.self.edit_profile',
    variants: ['self'],
    input: () => ({ seen, email: `moved.${++made}@northwind.example` }),
    rule: (who) => gate(who, 'people.self.edit_profile', true) ?? 'fine'
  },
  {
    procedure: 'me.revokeSessions',
    name: '',
    permission: 'people.self.own_sessions',
    variants: ['self'],
    input: () => ({}),
    rule: (who) => gate(who, 'people.self.own_sessions', true) ?? 'nothing to do'
  },
  {
    procedure: 'me.setAllowlist',
    name: '',
    permission: 'people.self.own_ip_allowlist',
    variants: ['with the own address', 'without it'],
    input: (_, __, variant) => ({ networks: [variant === 'without it' ? '203.0.113.0/24' : '127.0.0.0/8'] }),
    rule: (who, _, variant) =>
      gate(who, 'people.self.own_ip_allowlist', true) ??
      (variant === 'without it' ? { whole: 'input/invalid' } : 'fine')
  },
  ...['me.active', 'me.dismissNotice'].map((procedure): Case => ({
    procedure,
    name: '',
    variants: ['self'],
    input: () => (procedure === 'me.dismissNotice' ? { id: randomUUID() } : {}),
    rule: (who) => gate(who, null, false) ?? 'nothing to do'
  }))
];

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  const catalogue = await app.owner.call<{
    areas: { groups: { actions: { id: string; ownerOnly?: boolean }[] }[] }[];
  }>('catalogue.get');
  const actions = catalogue.areas.flatMap((area) => area.groups.flatMap((group) => group.actions));
  ids = actions.map((action) => action.id);
  ownerOnly = new Set(actions.filter((action) => action.ownerOnly).map((action) => action.id));

  role.nothing = await makeRole('Nothing', []);
  role.alsoNothing = await makeRole('Nothing either', []);
  role.beyond = await makeRole('Beyond', [BEYOND]);
  role.managers = await makeRole('Managers of people', MANAGING);
  roleHolds.set(SUPER, new Set([...ids.filter((id) => !ownerOnly.has(id)), LATER]));
  const admin = (await app.owner.call<{ permissions: string[] }>('roles.get', { id: 'admin' })).permissions;
  roleHolds.set('admin', new Set(admin.filter((id) => !ownerOnly.has(id))));
  for (const permission of new Set(CASES.map((each) => each.permission).filter((id) => id !== undefined)))
    lackingRole.set(
      permission,
      await makeRole(
        `All but ${permission}`,
        admin.filter((id) => id !== permission && !ownerOnly.has(id))
      )
    );

  const add = (kind: Kind, client: ApiClient, id: string, roleId: string, more: Partial<Who> = {}) =>
    people.set(kind, {
      kind,
      client,
      id,
      owner: false,
      roleId,
      holds: roleHolds.get(roleId) ?? null,
      outside: null,
      stale: false,
      capped: false,
      ...more
    });
  const outside = (code: string) => ({ outside: code, holds: null });
  add('owner', app.owner, app.ownerId, SUPER, { owner: true, holds: new Set([...ids, LATER]) });
  add('anonymous', app.anonymous(), '', role.nothing, outside('auth/signed-out'));
  const join = async (kind: Kind, roleId: string, more: Partial<Who> = {}) => {
    await state.forgetTries();
    const person = await app.person(`Person ${kind}`, roleId);
    add(kind, person.client, person.id, roleId, more);
    return person;
  };
  await join('super administrator', SUPER);
  await join('admin', 'admin');
  await join('admin without that permission', 'admin');
  const capped = await join('capped admin', 'admin', { capped: true });
  await join('manager of people', role.managers);
  await join('without rights', role.nothing);
  const stale = await join('stale proof', 'admin', { stale: true });
  const suspended = await join('suspended', 'admin', outside('auth/signed-out'));
  const enrolled = await join('second factor pending', 'admin', outside('auth/step-required'));
  const gone = await join('signed out', 'admin', outside('auth/signed-out'));
  const enrolling = await join('enrolment pending', 'admin', outside('auth/step-required'));

  await app.owner.call('administrators.update', { id: capped.id, seen, caps: { daily: CAP } });
  await enrol(enrolled.client);
  await enrolled.client.call('auth.signOut');
  await enrolled.client.call('auth.signIn', { email: enrolled.email, password: PASSWORD });
  const { cookie } = gone.client;
  await gone.client.call('auth.signOut');
  gone.client.cookie = cookie;
  await app.owner.call('administrators.require2fa', { id: enrolling.id });
  await state.audited((tx) => tx`update administrators set status = 'suspended' where id = ${suspended.id}`);
  await state.audited(
    (tx) =>
      tx`update sessions set proved_at = now() - interval '11 minutes' where administrator_id = ${stale.id}`
  );
  const fresh = await app.owner.call<{ id: string }>('administrators.create', {
    name: 'Person not activated',
    email: 'not.activated@northwind.example',
    roleId: 'admin',
    password: INITIAL_PASSWORD
  });
  const client = app.anonymous();
  await client.call('auth.signIn', { email: 'not.activated@northwind.example', password: INITIAL_PASSWORD });
  add('not activated', client, fresh.id, 'admin', outside('auth/step-required'));

  const savedPeople = [...people.values()].map(({ id }) => id).filter((id) => id !== '');
  await state.sql`create table saved_people as select * from administrators where id = any(${savedPeople})`;
  await state.sql`create table saved_sessions as select * from sessions where administrator_id = any(${savedPeople})`;
});

afterAll(async () => {
  process.stdout.write(
    `people access table: ${size.cases} cases (${CASES.length} actions, ${KINDS.length} actors), ${size.allowed} allowed, ${size.refused} refused\n`
  );
  await state.close();
  await app.stop();
});

async function makeRole(name: string, permissions: string[]): Promise<string> {
  const { id } = await app.owner.call<{ id: string }>('roles.create', { name, permissions });
  roleHolds.set(id, new Set(permissions));
  return id;
}

const PROVED_ANEW_MS = 180_000;
let provedAt = performance.now();

/** Lets proofs of passwords last, however long all cases take; that of whoever has an old one stays old. */
beforeEach(async () => {
  if (performance.now() - provedAt < PROVED_ANEW_MS) return;
  provedAt = performance.now();
  const stale = people.get('stale proof')!.id;
  await state.audited(async (tx) => {
    for (const sessions of ['sessions', 'saved_sessions'])
      await tx`update ${tx(sessions)} set proved_at = now()
        where proved_at < now() - interval '2 minutes' and administrator_id <> ${stale}`;
  });
});

/** Undoes what allowed cases did to the actors themselves. */
async function restoreActors(): Promise<void> {
  await state.audited(async (tx) => {
    await tx`delete from ownership_offer`;
    await tx`update administrators set owner = false where owner`;
    await tx`update administrators a set owner = s.owner, name = s.name, email = s.email, email_key = s.email_key,
      require_2fa = s.require_2fa, ip_allowlist = s.ip_allowlist, role_id = s.role_id, status = s.status
      from saved_people s where a.id = s.id`;
    const columns = (
      await tx<{ column_name: string }[]>`select column_name from information_schema.columns
        where table_schema = 'public' and table_name = 'sessions' and is_generated = 'NEVER'`
    ).map(({ column_name }) => column_name);
    await tx`insert into sessions (${tx(columns)}) select ${tx(columns)} from saved_sessions on conflict do nothing`;
  });
}

const PLANTED = ['weaker', 'equal', 'incomparable', 'super'] as const;
const isPlanted = (variant: string) => PLANTED.some((kin) => kin === variant);
/** Sets of people in the database that nothing happened to, one person of each kind, by what they are like. */
const planted = new Map<string, string[][]>();
/** Number of sets planted at a time. */
const SETS = 8;

const setsKey = (who: Who, like: Partial<PlantedPerson>) => JSON.stringify([who.roleId, like]);

async function plantSets(who: Who, like: Partial<PlantedPerson>): Promise<string[][]> {
  const roles = rolesFor(who);
  const set = PLANTED.map((kin) => ({ roleId: roles[kin] || role.nothing, session: true, ...like }));
  const ids = await plantPeople(state, Array.from({ length: SETS }, () => set).flat());
  return Array.from({ length: SETS }, (_, at) => ids.slice(at * set.length, (at + 1) * set.length));
}

const rolesFor = (who: Who) => ({
  weaker: role.nothing,
  equal: who.roleId,
  incomparable: role.beyond,
  super: SUPER
});

/** Everybody that a case may be about, as this actor sees them. */
async function targetsOf(who: Who, like: Partial<PlantedPerson>): Promise<Map<string, Target>> {
  const roles = rolesFor(who);
  const key = setsKey(who, like);
  const known = planted.get(key) ?? [];
  const sets = known.length > 0 ? known : await plantSets(who, like);
  planted.set(key, sets);
  const added = sets[0]!;
  const target = (kin: Kin, id: string, roleId: string): [string, Target] => [
    kin,
    { kin, id, roleId, holds: roleHolds.get(roleId) ?? new Set() }
  ];
  return new Map([
    ...PLANTED.map((kin, at) => target(kin, added[at]!, roles[kin])),
    target('self', who.id === '' ? randomUUID() : who.id, who.roleId),
    target('owner', app.ownerId, SUPER),
    target('unknown', randomUUID(), 'no-such-role')
  ]);
}

describe.each(CASES.map((each) => [`${each.procedure} ${each.name}`.trim(), each] as const))(
  '%s',
  (_, each) => {
    const kinds = KINDS.filter(
      (kind) => kind !== 'admin without that permission' || each.permission !== undefined
    );
    test.each(kinds)('[ACC-1] [ACC-2] [ACC-4] [OWN-2] by %s', async (kind) => {
      let who = people.get(kind)!;
      if (kind === 'admin without that permission') {
        const roleId = lackingRole.get(each.permission!)!;
        await state.audited((tx) => tx`update administrators set role_id = ${roleId} where id = ${who.id}`);
        who = { ...who, roleId, holds: roleHolds.get(roleId)! };
      }
      const targets = await targetsOf(who, each.like ?? {});
      const mismatches: unknown[] = [];
      let changed = false;
      let spread = kind === 'admin without that permission' || each.prepare !== undefined;
      // To the owner, the owner is themselves: they are met once.
      const twice = who.owner && each.variants.includes('owner');
      // Whoever is turned away before anything is asked meets two kinds of target: which one can make no difference.
      const met = who.outside === null ? each.variants : each.variants.slice(0, 2);
      for (const variant of met.filter((name) => !(twice && name === 'self'))) {
        const target = targets.get(variant) ?? targets.get('self')!;
        const verdict = each.rule(who, target, variant);
        const { before, result, after, entries } = await undisturbed(each, () =>
          tried(each, who, target, variant)
        );
        const denied = entries.filter((entry) => entry.action === 'access.denied');

        size.cases += 1;
        const got = verdictOf(result, before.digest !== after.digest || entries.length > denied.length);
        const problems = [];
        if (JSON.stringify(got) !== JSON.stringify(verdict)) problems.push('another verdict');
        if (verdict === 'fine') {
          size.allowed += 1;
          changed = true;
          spread ||= each.spreads === true || !isPlanted(variant);
          if (denied.length > 0) problems.push('noted as denied');
        } else {
          size.refused += verdict === 'nothing to do' ? 0 : 1;
          if (before.digest !== after.digest) problems.push('something changed');
          if (denied.length !== (isNoted(verdict) ? 1 : 0)) problems.push(`${denied.length} notes`);
          if (denied.some((entry) => !isAbout(entry, verdict, who))) problems.push('noted as something else');
          if (entries.length > denied.length) problems.push('other entries');
        }
        if (problems.length > 0)
          mismatches.push({ variant, verdict, got, problems, body: result.body, denied });
      }
      if (changed && each.spreads) planted.clear();
      else if (changed) planted.get(setsKey(who, each.like ?? {}))!.shift();
      if (spread) await restoreActors();
      expect(mismatches).toEqual([]);
    });
  }
);

/** Asks for it: what it came to, and what changed meanwhile. */
async function tried(each: Case, who: Who, target: Target, variant: string) {
  await each.prepare?.(who, variant);
  await state.forgetDenials();
  const before = await momentOf(state);
  const result = await who.client.try(each.procedure, each.input(who, target, variant));
  const after = await momentOf(state);
  return { before, result, after, entries: await entriesSince(state, before) };
}

/** Answer of `ask`; of a second one if the process, which looks once a minute, ended the offer before the first. */
async function undisturbed<T>(each: Case, ask: () => Promise<T>): Promise<T> {
  if (each.prepare === undefined) return ask();
  const ended = await state.entries('ownership.expired');
  const met = await ask();
  if ((await state.entries('ownership.expired')) === ended) return met;
  await restoreActors();
  return ask();
}

type Told = {
  refused?: { code: string }[];
  results?: { refused: { code: string } | null }[];
};

function verdictOf({ status, refusal, value }: Result<unknown>, happened: boolean): Verdict | string {
  if (refusal) return { whole: refusal.code };
  if (status !== 200) return `status ${status}`;
  const { refused, results } = value as Told;
  const codes = [...(refused ?? []), ...(results ?? []).map((each) => each.refused)].flatMap((each) =>
    each ? [each.code] : []
  );
  if (codes.length > 0) return { part: codes.join(', ') };
  return happened ? 'fine' : 'nothing to do';
}

/** LOG-1: whoever is known and refused is noted, except where they are only asked to come back with a proof. */
function isNoted(verdict: Verdict): boolean {
  if (typeof verdict === 'string') return false;
  const code = 'whole' in verdict ? verdict.whole : verdict.part;
  // What is merely impossible is no matter of authority, and no event.
  return code.startsWith('access/');
}

function isAbout(entry: NotedEntry, verdict: Verdict, who: Who): boolean {
  const code = typeof verdict === 'string' ? '' : 'whole' in verdict ? verdict.whole : verdict.part;
  return entry.outcome === 'denied' && entry.reason === code && entry.actor.id === who.id;
}

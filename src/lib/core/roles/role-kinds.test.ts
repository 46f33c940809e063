import { describe, expect, test } from 'vitest';
import { indexCatalogue, type Catalogue } from '../access/catalogue';
import shipped from '../access/catalogue/permissions.json';
import { catalogueFor, decideForKind, decideRoleKind, ROLE_RIGHTS } from './role-kinds';

const catalogue = indexCatalogue(shipped as Catalogue);
const { forUsers, actions, ids } = catalogue;
const of = (start: string) => ids.filter((id) => id.startsWith(`${start}.`));

/** Areas of which everything is for users. */
const WHOLE = ['audience', 'campaigns', 'insight', 'billing'];

/** Groups of the other areas, with what of them is for users. A group that is not here has nothing. */
const PARTS: Record<string, 'all' | string[]> = {
  'sending.sending_nodes': 'all',
  'sending.sending_domains': 'all',
  'sending.bounce_addresses': 'all',
  'sending.bounce_rules': 'all',
  'sending.smtp_credentials': 'all',
  'sending.webhooks': 'all',
  'sending.authorized_recipients': 'all',
  'sending.senders': 'all',
  'tools.jobs': ['view', 'cancel', 'download_result'],
  'tools.campaign_logs': ['view', 'export', 'purge'],
  'tools.activity_log': ['view_own'],
  'tools.authentication_log': ['view_own'],
  'people.self': [
    'edit_profile',
    'change_password',
    'manage_2fa_passkeys',
    'own_ip_allowlist',
    'own_sessions'
  ],
  'quotas.admin_quota': ['view_own', 'view_usage_own'],
  'settings.support': ['view', 'open', 'comment']
};

/** Prefixes of permissions that administer others or the installation. */
const NEVER = [
  'people.administrators',
  'people.roles',
  'people.credentials',
  'people.invitations',
  'people.access_requests',
  'people.ownership',
  'people.impersonation',
  'people.api_keys',
  'tenants',
  'quotas.platform_quota',
  'quotas.ledger',
  'tools.maintenance',
  'tools.decisions',
  'sending.ips',
  'sending.routes',
  'settings.application',
  'settings.security_policy',
  'settings.sso_scim',
  'settings.integrations',
  'settings.profile_fields',
  'settings.account_details'
];

describe('[TEN-4] what a role of users may hold', () => {
  test('what a role of users may hold is what this list says, and nothing else', () => {
    const listed = [
      ...WHOLE.flatMap(of),
      ...Object.entries(PARTS).flatMap(([group, leaves]) =>
        leaves === 'all' ? of(group) : leaves.map((leaf) => `${group}.${leaf}`)
      )
    ];
    expect([...forUsers].sort()).toEqual(listed.sort());
    expect(forUsers.size).toBeGreaterThan(200);
  });

  test('what a role of users may hold is nothing of the owner’s, and nothing that administers others', () => {
    for (const start of NEVER) {
      expect(of(start).length, start).toBeGreaterThan(0);
      expect(of(start).filter((id) => forUsers.has(id))).toEqual([]);
    }
    expect([...forUsers].filter((id) => actions.get(id)?.ownerOnly)).toEqual([]);
  });

  test('needs nothing that is not for users', () => {
    const lacking = [...forUsers].flatMap((id) =>
      (actions.get(id)?.needs ?? []).filter((need) => !forUsers.has(need))
    );
    expect(lacking).toEqual([]);
  });

  test('a catalogue that marks the unknown, the owner’s, or what needs more is refused', () => {
    const of = (forUsers: true | string[], more: object = {}): Catalogue => ({
      version: 1,
      areas: [
        {
          id: 'a',
          label: 'A',
          groups: [
            {
              id: 'a.g',
              label: 'G',
              forUsers,
              actions: [
                { id: 'a.g.x', label: 'X', kind: 'read', ...more },
                { id: 'a.g.y', label: 'Y', kind: 'read' }
              ]
            }
          ]
        }
      ],
      roles: []
    });
    expect([...indexCatalogue(of(true)).forUsers]).toEqual(['a.g.x', 'a.g.y']);
    expect([...indexCatalogue(of(['y'])).forUsers]).toEqual(['a.g.y']);
    expect(() => indexCatalogue(of(['z']))).toThrow('a.g has no z for users');
    expect(() => indexCatalogue(of(true, { ownerOnly: true }))).toThrow('for the owner and for users');
    expect(() => indexCatalogue(of(['x'], { needs: ['a.g.y'] }))).toThrow('needs a.g.y, which is not');
  });
});

test('[TEN-4] a builder of roles of users offers what they may hold, in the catalogue’s order', () => {
  const offered = catalogueFor('user', catalogue);
  expect(offered.ids).toEqual(ids.filter((id) => forUsers.has(id)));
  expect(offered.catalogue.areas.map(({ id }) => id)).not.toContain('tenants');
  expect(offered.groupOf.get('tools.activity_log.view_own')?.actions).toHaveLength(1);
  expect(catalogueFor('administrator', catalogue)).toBe(catalogue);
});

describe('[TEN-4] kinds of roles', () => {
  test('a role of another kind is not there, like one that never was', () => {
    const gone = { code: 'not-found', what: 'role' };
    expect(decideRoleKind({ kind: 'user' }, 'user')).toBeNull();
    expect(decideRoleKind({ kind: 'administrator' }, 'administrator')).toBeNull();
    expect(decideRoleKind({ kind: 'administrator' }, 'user')).toEqual(gone);
    expect(decideRoleKind({ kind: 'user' }, 'administrator')).toEqual(gone);
    expect(decideRoleKind(undefined, 'user')).toEqual(gone);
    expect(decideRoleKind(null, 'administrator')).toEqual(gone);
  });

  test('a role of users is refused by name what is not for them, one of administrators nothing', () => {
    const asked = ['audience.contacts.view', 'people.roles.view', 'tenants.users.view'];
    expect(decideForKind(catalogue, 'administrator', asked)).toBeNull();
    expect(decideForKind(catalogue, 'user', ['audience.contacts.view'])).toBeNull();
    expect(decideForKind(catalogue, 'user', asked)).toEqual({
      code: 'input/not-for-users',
      permissions: ['people.roles.view', 'tenants.users.view']
    });
    expect(decideForKind(catalogue, 'user', ['__proto__'])).not.toBeNull();
  });

  test('the two are seen, changed and given by permissions of their own, which no user can hold', () => {
    for (const kind of ['administrator', 'user'] as const)
      for (const permission of Object.values(ROLE_RIGHTS[kind])) {
        expect(actions.has(permission), permission).toBe(true);
        expect(forUsers.has(permission), permission).toBe(false);
      }
    const others = new Set<string>(Object.values(ROLE_RIGHTS.administrator));
    expect(Object.values(ROLE_RIGHTS.user).filter((permission) => others.has(permission))).toEqual([]);
  });
});

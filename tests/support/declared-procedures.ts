import { randomUUID } from 'node:crypto';
import type { Access } from './procedures';

// What every procedure takes, as the walker has it: something new fails there until it is declared here.

export type Declared = {
  kind: 'query' | 'mutation';
  access: Access;
  /** An input that gets as far as the question whether one may. */
  input?: object;
  /** A permission that is asked for although anybody signed in may call: it depends on the input. */
  depends?: string;
  /** Only for people who are signed in. */
  by?: 'session';
  /** Carries its operation id only if it wants to: nothing bad comes of doing it twice. */
  opOptional?: true;
};

/** Every procedure, by its name. */
export const DECLARED_PROCEDURES: Record<string, Declared> = {
  'setup.status': { kind: 'query', access: 'public' },
  'setup.createOwner': { kind: 'mutation', access: 'public' },
  'auth.signIn': { kind: 'mutation', access: 'public', opOptional: true },
  'auth.signOut': { kind: 'mutation', access: 'public', opOptional: true },
  'auth.readInvitation': { kind: 'mutation', access: 'public', opOptional: true },
  'auth.acceptInvitation': { kind: 'mutation', access: 'public', opOptional: true },
  'auth.totp': { kind: 'mutation', access: 'steps', input: { code: '123456' }, opOptional: true },
  'auth.changePassword': {
    kind: 'mutation',
    access: 'steps',
    input: { password: 'a sentence for the walker', current: 'another sentence' },
    opOptional: true
  },
  'auth.beginTotp': { kind: 'mutation', access: 'steps', opOptional: true },
  'auth.confirmTotp': { kind: 'mutation', access: 'steps', input: { code: '123456' }, opOptional: true },
  'auth.disableTotp': {
    kind: 'mutation',
    by: 'session',
    access: { permission: 'people.self.manage_2fa_passkeys' },
    opOptional: true
  },
  'auth.renewRecoveryCodes': {
    kind: 'mutation',
    by: 'session',
    access: { permission: 'people.self.manage_2fa_passkeys' },
    opOptional: true
  },
  'auth.reauthenticate': {
    kind: 'mutation',
    by: 'session',
    access: 'signed-in',
    input: { password: 'a sentence for the walker' },
    opOptional: true
  },
  'me.get': { kind: 'query', by: 'session', access: 'signed-in' },
  'me.active': { kind: 'mutation', by: 'session', access: 'signed-in', opOptional: true },
  'own.usage': { kind: 'query', access: 'signed-in' },
  'own.history': {
    ...{ kind: 'query', access: 'signed-in' },
    input: { from: '2026-04-01T00:00:00.000Z', to: '2026-05-01T00:00:00.000Z' }
  },
  'own.log': { kind: 'query', access: 'signed-in', input: { view: 'activity' } },
  'me.update': {
    kind: 'mutation',
    by: 'session',
    access: { permission: 'people.self.edit_profile' },
    input: { seen: 1, name: 'Walker' }
  },
  'me.sessions': { kind: 'query', by: 'session', access: { permission: 'people.self.own_sessions' } },
  'me.revokeSessions': {
    kind: 'mutation',
    by: 'session',
    access: { permission: 'people.self.own_sessions' },
    input: {}
  },
  'me.setAllowlist': {
    kind: 'mutation',
    by: 'session',
    access: { permission: 'people.self.own_ip_allowlist' },
    input: { networks: [] }
  },
  'me.dismissNotice': {
    kind: 'mutation',
    by: 'session',
    access: 'signed-in',
    input: { id: randomUUID() },
    opOptional: true
  },
  'catalogue.get': { kind: 'query', access: 'signed-in' },
  'access.evaluate': {
    kind: 'query',
    access: { permission: 'tools.decisions.explain' },
    input: {
      subject: { type: 'administrator', id: 'somebody' },
      action: { name: 'merge' },
      resource: { type: 'audience.contact_lists' }
    }
  },
  'access.who': {
    kind: 'query',
    access: { permission: 'tools.decisions.search' },
    input: {
      subject: { type: 'administrator' },
      action: { name: 'merge' },
      resource: { type: 'audience.contact_lists' }
    }
  },
  'access.what': {
    kind: 'query',
    access: { permission: 'tools.decisions.search' },
    input: { subject: { type: 'administrator', id: 'somebody' } }
  },
  'access.changes': {
    kind: 'query',
    access: { permission: 'tools.decisions.explain' },
    input: { subject: { type: 'administrator', id: 'somebody' }, since: 1 }
  },
  'access.unused': {
    kind: 'query',
    access: { permission: 'tools.decisions.search' },
    input: { of: { type: 'role', id: 'support' } }
  },
  'roles.list': { kind: 'query', access: { permission: 'people.roles.view' } },
  'roles.get': { kind: 'query', access: 'signed-in', input: { id: 'support' }, depends: 'people.roles.view' },
  'roles.members': {
    kind: 'query',
    access: { permission: 'people.administrators.view' },
    input: { id: 'support' }
  },
  'roles.holders': {
    kind: 'query',
    access: { permission: 'people.roles.view' },
    input: { permission: 'people.roles.view' }
  },
  'roles.history': {
    kind: 'query',
    access: { permission: 'people.roles.view_history' },
    input: { id: 'support' }
  },
  'roles.at': {
    kind: 'query',
    access: { permission: 'people.roles.view_history' },
    input: { id: 'support', seq: 1 }
  },
  'roles.restore': {
    kind: 'mutation',
    access: { permission: 'people.roles.rollback' },
    input: { id: 'support', seq: 1 }
  },
  'roles.create': { kind: 'mutation', access: { permission: 'people.roles.add' }, input: { name: 'Walker' } },
  'roles.edit': {
    kind: 'mutation',
    access: { permission: 'people.roles.edit' },
    input: { id: 'support', seen: 1, name: 'Walker' }
  },
  'userRoles.list': { kind: 'query', access: { permission: 'tenants.user_roles.view' } },
  'userRoles.get': {
    kind: 'query',
    access: { permission: 'tenants.user_roles.view' },
    input: { id: 'somebody' }
  },
  'userRoles.members': {
    kind: 'query',
    access: { permission: 'tenants.users.view' },
    input: { id: 'somebody' }
  },
  'userRoles.holders': {
    kind: 'query',
    access: { permission: 'tenants.user_roles.view' },
    input: { permission: 'audience.contacts.view' }
  },
  'userRoles.history': {
    kind: 'query',
    access: { permission: 'tenants.user_roles.view' },
    input: { id: 'somebody' }
  },
  'userRoles.at': {
    kind: 'query',
    access: { permission: 'tenants.user_roles.view' },
    input: { id: 'somebody', seq: 1 }
  },
  'userRoles.create': {
    kind: 'mutation',
    access: { permission: 'tenants.user_roles.add' },
    input: { name: 'Walker' }
  },
  'userRoles.edit': {
    kind: 'mutation',
    access: { permission: 'tenants.user_roles.edit' },
    input: { id: 'somebody', seen: 1, name: 'Walker' }
  },
  'userRoles.restore': {
    kind: 'mutation',
    access: { permission: 'tenants.user_roles.edit' },
    input: { id: 'somebody', seq: 1 }
  },
  'userRoles.delete': {
    kind: 'mutation',
    access: { permission: 'tenants.user_roles.delete' },
    input: { id: 'somebody' }
  },
  'roles.revokeSessions': {
    kind: 'mutation',
    access: { permission: 'people.credentials.revoke_sessions' },
    input: { id: 'analyst' }
  },
  'roles.delete': {
    kind: 'mutation',
    access: { permission: 'people.roles.delete' },
    input: { id: 'analyst' }
  },
  'administrators.list': { kind: 'query', access: { permission: 'people.administrators.view' }, input: {} },
  'administrators.get': {
    kind: 'query',
    access: { permission: 'people.administrators.view' },
    input: { id: randomUUID() }
  },
  'administrators.create': {
    kind: 'mutation',
    by: 'session',
    access: { permission: 'people.administrators.add' },
    input: {
      name: 'W',
      email: 'walker@northwind.example',
      roleId: 'support',
      password: 'a sentence for the walker'
    }
  },
  'administrators.sessions': {
    kind: 'query',
    access: { permission: 'people.credentials.view_sessions' },
    input: { id: randomUUID() }
  },
  'administrators.keys': {
    kind: 'query',
    access: { permission: 'people.credentials.view_sessions' },
    input: { id: randomUUID() }
  },
  'administrators.revokeKey': {
    kind: 'mutation',
    access: { permission: 'people.credentials.revoke_sessions' },
    input: { id: randomUUID(), keyId: randomUUID() }
  },
  ...Object.fromEntries(
    ['addSendingName', 'removeSendingName'].map((name): [string, Declared] => [
      `administrators.${name}`,
      {
        kind: 'mutation',
        access: { permission: 'quotas.admin_quota.set' },
        input: { id: randomUUID(), name: 'newsletter' }
      }
    ])
  ),
  'administrators.update': {
    kind: 'mutation',
    access: { permission: 'people.administrators.view' },
    input: { id: randomUUID(), seen: 1, name: 'Walker' }
  },
  ...Object.fromEntries(
    Object.entries({
      suspend: 'people.administrators.suspend',
      reactivate: 'people.administrators.reactivate',
      delete: 'people.administrators.delete_soft',
      resetPassword: 'people.credentials.reset_password',
      require2fa: 'people.credentials.require_2fa',
      reset2fa: 'people.credentials.reset_2fa',
      revokeSessions: 'people.credentials.revoke_sessions',
      unlock: 'people.administrators.unlock'
    }).map(([name, permission]): [string, Declared] => [
      `administrators.${name}`,
      {
        kind: 'mutation',
        access: { permission },
        input: { id: randomUUID() },
        ...(name === 'resetPassword' ? { by: 'session' as const } : {})
      }
    ])
  ),
  'administrators.bulk': {
    kind: 'mutation',
    access: { permission: 'people.administrators.bulk_edit' },
    input: { ids: [randomUUID()], action: { kind: 'suspend' } }
  },
  'administrators.beginImport': {
    kind: 'mutation',
    by: 'session',
    access: { permission: 'people.administrators.add' },
    input: { parts: ['0'.repeat(64)] }
  },
  'administrators.import': {
    kind: 'mutation',
    by: 'session',
    access: { permission: 'people.administrators.add' },
    input: { rows: [{ line: 2, name: 'W', email: 'walker@northwind.example' }] }
  },
  'applications.list': { kind: 'query', access: { permission: 'people.api_keys.list' } },
  'applications.get': {
    kind: 'query',
    access: { permission: 'people.api_keys.list' },
    input: { id: randomUUID() }
  },
  'applications.calls': { kind: 'query', access: { permission: 'people.api_keys.list' } },
  'applications.create': {
    kind: 'mutation',
    access: { permission: 'people.api_keys.create' },
    input: { name: 'Walker', roleId: 'analyst' }
  },
  'applications.update': {
    kind: 'mutation',
    access: { permission: 'people.api_keys.edit_scope' },
    input: { id: randomUUID(), seen: 1, name: 'Walker' }
  },
  ...Object.fromEntries(
    Object.entries({
      suspend: 'people.api_keys.expire',
      reactivate: 'people.api_keys.edit_scope',
      delete: 'people.api_keys.delete',
      createKey: 'people.api_keys.create'
    }).map(([name, permission]): [string, Declared] => [
      `applications.${name}`,
      { kind: 'mutation', access: { permission }, input: { id: randomUUID() } }
    ])
  ),
  'applications.rotateKey': {
    kind: 'mutation',
    access: { permission: 'people.api_keys.rotate' },
    input: { keyId: randomUUID() }
  },
  'applications.extendKey': {
    kind: 'mutation',
    access: { permission: 'people.api_keys.rotate' },
    input: { keyId: randomUUID(), until: '2026-12-01T09:00:00.000Z' }
  },
  'applications.revokeKey': {
    kind: 'mutation',
    access: { permission: 'people.api_keys.expire' },
    input: { keyId: randomUUID() }
  },
  ...Object.fromEntries(
    Object.entries({
      list: ['query', 'view', undefined],
      get: ['query', 'view', { id: randomUUID() }],
      history: ['query', 'view', { id: randomUUID() }],
      preview: ['query', 'view', { id: randomUUID(), caps: { daily: 10 } }],
      create: ['mutation', 'add', { name: 'Walker', roleId: 'sender' }],
      update: ['mutation', 'edit', { id: randomUUID(), seen: 1, name: 'Walker' }],
      delete: ['mutation', 'delete', { id: randomUUID() }]
    } as const).map(([name, [kind, right, input]]): [string, Declared] => [
      `packages.${name}`,
      { kind, access: { permission: `tenants.packages.${right}` }, ...(input ? { input } : {}) }
    ])
  ),
  ...Object.fromEntries(
    Object.entries({
      list: ['query', 'view', {}],
      get: ['query', 'view', { id: randomUUID() }],
      create: [
        'mutation',
        'add',
        { name: 'Walker', email: 'walker@orchard.example', packageId: randomUUID() }
      ],
      update: ['mutation', 'edit', { id: randomUUID(), seen: 1, name: 'Walker' }],
      suspend: ['mutation', 'suspend', { id: randomUUID(), reason: 'Walking' }],
      reactivate: ['mutation', 'activate', { id: randomUUID() }],
      close: ['mutation', 'close', { id: randomUUID(), reason: 'Walking' }],
      delete: ['mutation', 'delete', { id: randomUUID() }],
      addSendingName: ['mutation', 'override_quota', { id: randomUUID(), name: 'walker' }],
      removeSendingName: ['mutation', 'override_quota', { id: randomUUID(), name: 'walker' }],
      bulk: ['mutation', 'bulk', { ids: [randomUUID()], action: { kind: 'reactivate' } }],
      beginImport: ['mutation', 'add', { parts: ['0'.repeat(64)] }],
      import: ['mutation', 'add', { rows: [{ line: 2, name: 'W', email: 'walker@orchard.example' }] }]
    } as const).map(([name, [kind, right, input]]): [string, Declared] => [
      `users.${name}`,
      {
        ...{ kind, input, access: { permission: `tenants.users.${right}` } },
        ...(/import$/i.test(name) ? { by: 'session' as const } : {})
      }
    ])
  ),
  'users.sessions': {
    kind: 'query',
    access: { permission: 'people.credentials.view_sessions' },
    input: { id: randomUUID() }
  },
  'users.keys': {
    kind: 'query',
    access: { permission: 'people.credentials.view_sessions' },
    input: { id: randomUUID() }
  },
  'users.revokeKey': {
    kind: 'mutation',
    access: { permission: 'people.credentials.revoke_sessions' },
    input: { id: randomUUID(), keyId: randomUUID() }
  },
  'users.resetPassword': {
    ...{ kind: 'mutation', by: 'session' },
    access: { permission: 'people.credentials.reset_password' },
    input: { id: randomUUID() }
  },
  'users.require2fa': {
    kind: 'mutation',
    access: { permission: 'people.credentials.require_2fa' },
    input: { id: randomUUID(), required: true }
  },
  'users.reset2fa': {
    kind: 'mutation',
    access: { permission: 'people.credentials.reset_2fa' },
    input: { id: randomUUID() }
  },
  'users.revokeSessions': {
    kind: 'mutation',
    access: { permission: 'people.credentials.revoke_sessions' },
    input: { id: randomUUID() }
  },
  'users.signInAs': {
    kind: 'mutation',
    access: { permission: 'people.impersonation.login_as_tenant' },
    by: 'session',
    input: { id: randomUUID(), reason: 'Ticket 2281' }
  },
  'users.unlock': {
    kind: 'mutation',
    access: { permission: 'people.administrators.unlock' },
    input: { id: randomUUID() }
  },
  'routes.list': { kind: 'query', access: { permission: 'people.api_keys.list' } },
  'routes.try': {
    kind: 'query',
    access: { permission: 'tools.decisions.explain' },
    input: {
      ...{ method: 'GET', url: 'https://app.example.com/' },
      subject: { type: 'administrator', id: randomUUID() }
    }
  },
  ...Object.fromEntries(
    Object.entries({
      create: { path: '/walker', takes: 'nobody' },
      update: { id: randomUUID(), seen: 1, path: '/walker' },
      move: { id: randomUUID(), before: null },
      delete: { id: randomUUID() }
    }).map(([name, input]): [string, Declared] => [
      `routes.${name}`,
      { kind: 'mutation', access: { permission: 'people.api_keys.edit_scope' }, input }
    ])
  ),
  'keys.list': { kind: 'query', by: 'session', access: 'signed-in' },
  'keys.create': {
    kind: 'mutation',
    by: 'session',
    access: { permission: 'people.api_keys.create' },
    input: { name: 'Walker', permissions: ['people.roles.view'] }
  },
  'keys.revoke': { kind: 'mutation', by: 'session', access: 'signed-in', input: { keyId: randomUUID() } },
  ...Object.fromEntries(
    ['pause', 'resume'].map((name): [string, Declared] => [
      `caps.${name}`,
      {
        kind: 'mutation',
        access: { permission: 'quotas.ledger.pause' },
        input: { subject: { type: 'administrator', id: randomUUID() }, reason: 'Walker' }
      }
    ])
  ),
  'caps.raise': {
    kind: 'mutation',
    access: { permission: 'quotas.admin_quota.raise_temporarily' },
    input: {
      ...{ subject: { type: 'administrator', id: randomUUID() }, cap: 'daily', amount: 1 },
      ...{ until: '2099-01-01T00:00:00.000Z', reason: 'Walker' }
    }
  },
  'caps.endRaise': {
    kind: 'mutation',
    access: { permission: 'quotas.admin_quota.raise_temporarily' },
    input: { subject: { type: 'administrator', id: randomUUID() }, cap: 'daily' }
  },
  'caps.reset': {
    kind: 'mutation',
    access: { permission: 'quotas.admin_quota.reset_counter' },
    input: { subject: { type: 'administrator', id: randomUUID() }, cap: 'daily', reason: 'Walker' }
  },
  'caps.usage': { kind: 'query', access: 'signed-in', input: {}, depends: 'quotas.ledger.view_usage' },
  'caps.refusals': { kind: 'query', access: 'signed-in', input: {}, depends: 'quotas.ledger.view_usage' },
  'caps.layers': { kind: 'query', access: { permission: 'quotas.ledger.view_usage' } },
  'caps.history': {
    kind: 'query',
    access: 'signed-in',
    input: {
      subject: { type: 'administrator', id: randomUUID() },
      ...{ from: '2026-04-01T00:00:00.000Z', to: '2026-05-01T00:00:00.000Z' }
    },
    depends: 'quotas.ledger.view_usage'
  },
  'owner.get': { kind: 'query', access: { permission: 'people.ownership.view' } },
  'owner.offer': {
    kind: 'mutation',
    by: 'session',
    access: { permission: 'people.ownership.transfer' },
    input: { id: randomUUID() }
  },
  'owner.withdraw': { kind: 'mutation', by: 'session', access: { permission: 'people.ownership.transfer' } },
  'owner.accept': { kind: 'mutation', by: 'session', access: 'signed-in' },
  'owner.decline': { kind: 'mutation', by: 'session', access: 'signed-in' },
  'handovers.list': { kind: 'query', by: 'session', access: 'signed-in' },
  'handovers.recipients': {
    kind: 'query',
    by: 'session',
    access: { permission: 'people.administrators.view' },
    input: { procedure: 'roles.edit', id: 'support' }
  },
  'handovers.send': {
    kind: 'mutation',
    by: 'session',
    access: { permission: 'people.administrators.view' },
    input: {
      to: randomUUID(),
      asked: { procedure: 'roles.delete', input: { id: 'support' } }
    }
  },
  'handovers.settle': {
    kind: 'mutation',
    by: 'session',
    access: 'signed-in',
    input: { id: randomUUID(), applied: randomUUID() }
  },
  'handovers.decline': { kind: 'mutation', by: 'session', access: 'signed-in', input: { id: randomUUID() } },
  'handovers.withdraw': { kind: 'mutation', by: 'session', access: 'signed-in', input: { id: randomUUID() } },
  'settings.get': { kind: 'query', access: 'signed-in' },
  'settings.update': {
    kind: 'mutation',
    by: 'session',
    access: 'signed-in',
    input: { seen: 0, branding: { name: 'Walker' } },
    depends: 'settings.application.edit_branding'
  },
  'settings.previewMails': { kind: 'query', access: { permission: 'settings.application.view' } },
  'settings.webhook': { kind: 'query', access: { permission: 'settings.integrations.view' } },
  'settings.setWebhook': {
    kind: 'mutation',
    by: 'session',
    access: { permission: 'settings.integrations.edit' },
    input: { seen: 0, url: null }
  },
  'settings.rotateWebhookSecret': {
    kind: 'mutation',
    by: 'session',
    access: { permission: 'settings.integrations.rotate_secret' },
    input: {}
  },
  'settings.testWebhook': {
    kind: 'mutation',
    by: 'session',
    access: { permission: 'settings.integrations.test' },
    input: {}
  },
  'settings.testMail': {
    kind: 'mutation',
    by: 'session',
    access: { permission: 'settings.application.edit_mail' },
    input: { to: 'walker@northwind.example' }
  },
  'log.list': {
    kind: 'query',
    access: 'signed-in',
    input: { view: 'activity' },
    depends: 'tools.activity_log.view'
  },
  'log.count': {
    kind: 'query',
    access: 'signed-in',
    input: { view: 'activity' },
    depends: 'tools.activity_log.view'
  },
  'log.chart': {
    kind: 'query',
    access: 'signed-in',
    input: { view: 'activity' },
    depends: 'tools.activity_log.view'
  },
  'log.export': {
    kind: 'mutation',
    by: 'session',
    access: 'signed-in',
    input: { view: 'activity' },
    depends: 'tools.activity_log.export'
  },
  'lists.export': {
    kind: 'mutation',
    by: 'session',
    access: { permission: 'people.administrators.view' },
    input: { list: 'administrators' }
  },
  'log.exportProgress': { kind: 'query', by: 'session', access: 'signed-in', input: { id: randomUUID() } },
  'log.cancelExport': { kind: 'mutation', by: 'session', access: 'signed-in', input: { id: randomUUID() } },
  'log.entry': { kind: 'query', access: 'signed-in', input: { id: 1 }, depends: 'tools.activity_log.view' },
  'log.filters': { kind: 'query', by: 'session', access: 'signed-in' },
  'log.keepFilters': { kind: 'mutation', by: 'session', access: 'signed-in', input: { filters: [] } },
  'log.checkpoint': { kind: 'query', access: 'signed-in', input: {} },
  'log.reportInconsistent': {
    kind: 'mutation',
    by: 'session',
    access: 'signed-in',
    input: { note: 'a note' }
  },
  'log.signIns': { kind: 'query', access: { permission: 'tools.authentication_log.view' } }
};

import { v5 as uuidv5 } from 'uuid';

/** Records of the examples, which stand for those of an installation. */
export const EXAMPLE = {
  person: '3f0a6c1e-5b1d-4c1e-9a55-6f2a0f3c9d01',
  application: '3f0a6c1e-5b1d-4c1e-9a55-6f2a0f3c9d02',
  key: '3f0a6c1e-5b1d-4c1e-9a55-6f2a0f3c9d03',
  ownKey: '3f0a6c1e-5b1d-4c1e-9a55-6f2a0f3c9d04',
  record: '3f0a6c1e-5b1d-4c1e-9a55-6f2a0f3c9d05',
  otherRecord: '3f0a6c1e-5b1d-4c1e-9a55-6f2a0f3c9d07',
  route: '3f0a6c1e-5b1d-4c1e-9a55-6f2a0f3c9d06',
  userRole: '3f0a6c1e-5b1d-4c1e-9a55-6f2a0f3c9d07',
  session: 'abcdefghijklmnopqrstuvwxyz'
} as const;

const { person: id, application, key: keyId, record, route, userRole, session: sid } = EXAMPLE;
const PASSWORD = 'a sentence that only you know';
const SUBJECT = { type: 'administrator', id } as const;
const ACTION = { name: 'view' } as const;
const RESOURCE = { type: 'people.roles', id: '*' } as const;
const SEEN = 1;
/** A day from when the document is made. */
const UNTIL = new Date(Date.now() + 86_400_000).toISOString();
const MONTH = { from: '2026-04-01T00:00:00.000Z', to: '2026-05-01T00:00:00.000Z' } as const;
const COMMAND = { procedure: 'administrators.suspend', input: { id } } as const;

/** Example inputs of procedures, without `op`; procedures without an input are left out. */
const INPUTS: Readonly<Record<string, object>> = {
  'setup.createOwner': {
    token: 'the token of the link',
    name: 'Maya',
    email: 'maya@example.com',
    password: PASSWORD
  },
  'auth.signIn': { email: 'maya@example.com', password: PASSWORD },
  'auth.totp': { code: '123456' },
  'auth.changePassword': { current: PASSWORD, password: 'another sentence that only you know' },
  'auth.confirmTotp': { code: '123456' },
  'auth.reauthenticate': { password: PASSWORD },
  'auth.readInvitation': { token: 'the token of the link' },
  'auth.acceptInvitation': { token: 'the token of the link', password: PASSWORD },
  'me.update': { seen: SEEN, name: 'Maya Lindqvist' },
  'me.revokeSessions': { sid },
  'me.setAllowlist': { networks: ['192.0.2.0/24'] },
  'me.dismissNotice': { id: record },
  'own.history': { from: '2026-04-01T00:00:00.000Z', to: '2026-05-01T00:00:00.000Z' },
  'own.log': { view: 'activity', limit: 10 },
  'roles.get': { id: 'support' },
  'roles.members': { id: 'support' },
  'roles.holders': { permission: 'people.roles.view' },
  'roles.history': { id: 'support', limit: 10 },
  'roles.at': { id: 'support', seq: 1 },
  'roles.create': { name: 'Night shift', permissions: ['people.roles.view'] },
  'roles.edit': { id: 'support', seen: SEEN, description: 'Helps customers' },
  'roles.restore': { id: 'support', seq: 1 },
  'roles.revokeSessions': { id: 'support' },
  'roles.delete': { id: 'support', reassignTo: 'read_only_auditor' },
  'userRoles.get': { id: userRole },
  'userRoles.members': { id: userRole },
  'userRoles.holders': { permission: 'campaigns.broadcasts.view' },
  'userRoles.history': { id: userRole, limit: 10 },
  'userRoles.at': { id: userRole, seq: 1 },
  'userRoles.create': { name: 'Senders', permissions: ['campaigns.broadcasts.view'] },
  'userRoles.edit': { id: userRole, seen: SEEN, description: 'Sends newsletters' },
  'userRoles.restore': { id: userRole, seq: 1 },
  'userRoles.delete': { id: userRole },
  'administrators.list': { search: 'olga', limit: 10 },
  'administrators.get': { id },
  'administrators.sessions': { id },
  'administrators.keys': { id },
  'administrators.create': { name: 'Olga', email: 'olga@example.com', roleId: 'support', password: PASSWORD },
  'administrators.update': { id, seen: SEEN, name: 'Olga Petrova' },
  'administrators.suspend': { id },
  'administrators.reactivate': { id },
  'administrators.delete': { id },
  'administrators.resetPassword': { id },
  'administrators.require2fa': { id, required: true },
  'administrators.reset2fa': { id },
  'administrators.revokeSessions': { id },
  'administrators.revokeKey': { id, keyId: EXAMPLE.ownKey },
  'administrators.addSendingName': { id, name: 'newsletter@mail.example.com' },
  'administrators.removeSendingName': { id, name: 'newsletter@mail.example.com' },
  'administrators.unlock': { id },
  'administrators.bulk': { ids: [id], action: { kind: 'revokeSessions' } },
  'administrators.beginImport': { parts: ['0'.repeat(64)] },
  'administrators.import': {
    rows: [{ line: 2, name: 'Olga', email: 'olga@example.com', role: 'support' }],
    dryRun: true
  },
  'applications.get': { id: application },
  'applications.calls': { id: application },
  'applications.create': { name: 'Mail relay', roleId: 'policy_enforcement_point', stewardId: id },
  'applications.update': { id: application, seen: SEEN, perMinute: 600 },
  'applications.suspend': { id: application },
  'applications.reactivate': { id: application },
  'applications.delete': { id: application },
  'applications.createKey': { id: application, name: 'Second' },
  'applications.rotateKey': { keyId, overlapMinutes: 60 },
  'applications.extendKey': { keyId, until: '2026-12-01T09:00:00.000Z' },
  'applications.revokeKey': { keyId },
  'packages.get': { id: record },
  'packages.history': { id: record, limit: 10 },
  'packages.preview': { id: record, caps: { daily: 25_000 } },
  'packages.create': {
    name: 'Growth',
    roleId: 'sender',
    caps: { daily: 30_000 },
    counts: { contacts: 100_000 }
  },
  'packages.update': { id: record, seen: SEEN, caps: { daily: 25_000 } },
  'packages.delete': { id: record, replaceWith: EXAMPLE.otherRecord },
  'users.list': { status: 'suspended', limit: 10 },
  'users.get': { id: record },
  'users.create': {
    name: 'Orchard & Vine',
    email: 'mail@orchard.example.com',
    packageId: EXAMPLE.otherRecord
  },
  'users.update': { id: record, seen: SEEN, caps: { daily: 45_000 } },
  'users.suspend': { id: record, reason: 'Complaints', until: UNTIL },
  'users.reactivate': { id: record },
  'users.close': { id: record, reason: 'Contract ended' },
  'users.delete': { id: record },
  'users.addSendingName': { id: record, name: 'orchard-relay' },
  'users.removeSendingName': { id: record, name: 'orchard-relay' },
  'users.sessions': { id: record },
  'users.keys': { id: record },
  'users.revokeKey': { id: record, keyId: EXAMPLE.ownKey },
  'users.resetPassword': { id: record },
  'users.require2fa': { id: record, required: true },
  'users.reset2fa': { id: record },
  'users.revokeSessions': { id: record },
  'users.unlock': { id: record },
  'users.signInAs': { id: record, reason: 'Ticket 2281: imports stop' },
  'users.bulk': { ids: [record], action: { kind: 'reactivate' } },
  'users.beginImport': { parts: ['0'.repeat(64)] },
  'users.import': {
    rows: [{ line: 2, name: 'Orchard & Vine', email: 'mail@orchard.example.com', package: 'Growth' }],
    dryRun: true
  },
  'keys.create': { name: 'Nightly', permissions: ['people.roles.view'] },
  'keys.revoke': { keyId: EXAMPLE.ownKey },
  'caps.usage': { ids: [id] },
  'caps.refusals': {},
  'caps.history': { subject: SUBJECT, ...MONTH },
  'caps.pause': { subject: SUBJECT, reason: 'Complaints' },
  'caps.resume': { subject: SUBJECT },
  'caps.raise': { subject: SUBJECT, cap: 'daily', amount: 100, until: UNTIL, reason: 'Campaign' },
  'caps.endRaise': { subject: SUBJECT, cap: 'daily' },
  'caps.reset': { subject: SUBJECT, cap: 'daily', reason: 'Counted twice' },
  'owner.offer': { id },
  'handovers.recipients': { procedure: COMMAND.procedure, id },
  'handovers.send': { to: id, asked: COMMAND },
  'handovers.settle': { id: record, applied: record },
  'handovers.decline': { id: record },
  'handovers.withdraw': { id: record },
  'log.list': { view: 'activity', limit: 10 },
  'log.chart': { view: 'activity', ...MONTH },
  'log.entry': { id: 1 },
  'log.keepFilters': { filters: [] },
  'log.count': { view: 'activity' },
  'log.export': { format: 'jsonl' },
  'log.exportProgress': { id: record },
  'lists.export': { list: 'administrators', status: 'active' },
  'log.cancelExport': { id: record },
  'log.checkpoint': {},
  'log.reportInconsistent': { note: 'rolecall/log\n1\nAAAA\n' },
  'settings.update': { seen: SEEN, sessions: { idleMinutes: 30 } },
  'settings.testMail': { to: 'maya@example.com' },
  'settings.setWebhook': { seen: 0, url: 'https://hooks.example.com/rolecall' },
  'settings.rotateWebhookSecret': {},
  'settings.testWebhook': {},
  'access.evaluate': { subject: SUBJECT, action: ACTION, resource: RESOURCE },
  'access.who': { subject: { type: 'administrator' }, action: ACTION, resource: RESOURCE, limit: 10 },
  'access.what': { subject: SUBJECT },
  'access.changes': { subject: SUBJECT, since: 0, limit: 10 },
  'access.unused': { of: { type: 'role', id: 'support' } },
  'routes.try': { method: 'GET', url: 'https://app.example.com/lists', subject: SUBJECT },
  'routes.create': { method: 'GET', path: '/reports', takes: 'people.roles.view' },
  'routes.update': { id: route, seen: SEEN, path: '/lists' },
  'routes.move': { id: route, before: null },
  'routes.delete': { id: route }
};

/** The input of a procedure as an example; undefined: it takes none. `takesOp`: each has an operation id of its own. */
export function procedureExample(name: string, takesOp: boolean): object | undefined {
  const given = INPUTS[name];
  return takesOp ? { op: uuidv5(name, EXAMPLE.record), ...given } : given;
}

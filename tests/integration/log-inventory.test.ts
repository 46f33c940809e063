import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AUDIT_ACTIONS } from '../../src/lib/core/log/actions';
import { openLogKeys } from '../../src/lib/server/auth/log-key';
import { migrateDatabase } from '../../src/lib/server/db/driver/migrate';
import { expireSessions } from '../../src/lib/server/services/installation/housekeeping';
import { declareRestored } from '../../src/lib/server/services/log/upkeep/declare-restored';
import { erasePerson } from '../../src/lib/server/services/log/upkeep/erase-person';
import { pruneLog } from '../../src/lib/server/services/log/upkeep/prune';
import type { OpenConsole } from '../../src/lib/server/services/installation/open-console';
import { expireOffer } from '../../src/lib/server/services/ownership/expire-offer';
import { makeSuper } from '../../src/lib/server/services/rescue/commands';
import { endRepeatedDenials } from '../../src/lib/server/services/write-path/repeated-denials';
import { sendAlerts } from '../../src/lib/server/services/quotas/send-alerts';
import { endDue } from '../../src/lib/server/services/users/end-due';
import { endRefusedTries } from '../../src/lib/server/services/sign-in/refused-tries';
import { startSequencer } from '../../src/lib/server/services/log/sequencer/sequencer';
import {
  enrol,
  INITIAL_PASSWORD,
  LOG_KEYS,
  PASSWORD,
  SETUP_TOKEN,
  startTestConsole,
  type TestConsole
} from '../support/console';
import { fetchExport, fetchList } from '../support/exported-log';
import { appendOld, oldEntry } from '../support/old-entries';
import { createDatabase, type TestDatabase } from '../support/postgres';
import { until } from '../support/replica';
import { forgetStep } from '../support/second-factor';
import { declareAudited, openState, signed, type StateProbe } from '../support/state';
import { signedInUsers } from '../support/tenant-sign-in';
import { tenantsOf } from '../support/tenants';
import { codeOf } from '../support/totp';
import { openUseCases } from '../support/use-cases';

// [LOG-1] The inventory of events against what the product really writes. Everything is done once, through the
// endpoints that people, the program itself and whoever is on the server use; then the log is read.

const MIGRATIONS = fileURLToPath(new URL('../../drizzle', import.meta.url));
const NEW_PASSWORD = 'quite another sentence for tests';
const seen = 1_000_000;
const key = (n: number) => Buffer.alloc(32, n).toString('base64');

let database: TestDatabase;
let app: TestConsole;
let state: StateProbe;
let open: OpenConsole;

beforeAll(async () => {
  database = await createDatabase();
  await migrateDatabase(database.url, MIGRATIONS);
  state = openState(database.url);
  // The first entries of all: older than what is kept.
  await state.sql.begin(async (tx) => {
    await declareAudited(tx);
    for (const days of [900, 800]) await appendOld(tx, oldEntry(days));
  });
  app = await startTestConsole({ databaseUrl: database.url, env: { WEBHOOK_LOOPBACK: 'allow' } });
  open = await openUseCases(database.url);
});
afterAll(async () => {
  await open.handle.close();
  await app.stop();
  await state.close();
  await database.drop();
});

const of = <T = { id: string }>(path: string, input?: object) => app.owner.call<T>(path, input);

test('setting up, and signing in', async () => {
  const owner = { name: 'Maya Lindqvist', email: 'maya@northwind.example', password: PASSWORD };
  await app.owner.refused('setup.createOwner', { token: 'not the token of this console', ...owner });
  await of('setup.createOwner', { token: SETUP_TOKEN, ...owner });
  await app.anonymous().refused('auth.signIn', { email: owner.email, password: 'not what it is at all' });
  for (let n = 0; n < 7; n++)
    await app.anonymous().refused('auth.signIn', { email: 'nobody@northwind.example', password: 'wrong' });
  await state.sql`update throttle set blocked_until = now() - interval '1 second' where subject = 'refused'`;
  // The housekeeping of the console may be first, here and below: what is written counts.
  await endRefusedTries(open.deps);
  const { client, email, id } = await app.person('Omar Haddad', 'support');
  await client.refused('auth.reauthenticate', { password: 'not what it is at all' });
  await client.call('auth.reauthenticate', { password: PASSWORD });
  await client.call('auth.changePassword', { current: PASSWORD, password: NEW_PASSWORD });
  const { totpSecret } = await enrol(client);
  await forgetStep(state, id);
  await client.call('auth.reauthenticate', { password: NEW_PASSWORD, code: await codeOf(totpSecret) });
  await client.call('auth.renewRecoveryCodes');
  await client.call('auth.signOut');
  await client.call('auth.signIn', { email, password: NEW_PASSWORD });
  await client.refused('auth.totp', { code: '000000' });
  await forgetStep(state, id);
  await client.call('auth.totp', { code: await codeOf(totpSecret) });
  await client.call('auth.disableTotp');
  await client.call('me.setAllowlist', { networks: ['127.0.0.0/8', '::1'] });
  const second = app.anonymous();
  await second.call('auth.signIn', { email, password: NEW_PASSWORD });
  await client.call('me.revokeSessions', {});
  const { id: guest, link } = await of<{ id: string; link: string }>('administrators.create', {
    name: 'Ines Duarte',
    email: 'ines@northwind.example',
    roleId: 'support',
    invite: true
  });
  const token = link.split('#')[1]!;
  await app.anonymous().refused('auth.acceptInvitation', { token: `${token}x`, password: PASSWORD });
  await app.anonymous().call('auth.acceptInvitation', { token, password: PASSWORD });
  await state.sql`update sessions set expires_at = now() - interval '1 second' where administrator_id = ${guest}`;
  await expireSessions(open.deps);
});

test('roles, people and the ownership', async () => {
  const { id: role } = await of('roles.create', { name: 'Readers' });
  await of('roles.edit', { id: role, seen, grant: ['people.roles.view'] });
  await of('roles.revokeSessions', { id: 'support' });
  await of('roles.delete', { id: role });
  const { id, client } = await app.person('Priya Nair', 'support');
  for (let n = 0; n < 2; n++) await client.refused('roles.create', { name: 'Mine' });
  await state.sql`update denials set until = now() - interval '1 second'`;
  await endRepeatedDenials(open.deps);
  await of('administrators.update', { id, seen, name: 'Priya Rao' });
  await of('administrators.update', { id, seen, roleId: 'analyst' });
  await of('administrators.suspend', { id });
  await of('administrators.reactivate', { id });
  await of('administrators.require2fa', { id });
  await of('administrators.require2fa', { id, required: false });
  await client.call('auth.signIn', { email: 'priya.nair@northwind.example', password: PASSWORD });
  await enrol(client);
  await of('administrators.reset2fa', { id });
  await client.call('auth.signIn', { email: 'priya.nair@northwind.example', password: PASSWORD });
  await of('administrators.revokeSessions', { id });
  await of('administrators.resetPassword', { id, password: INITIAL_PASSWORD });
  await state.sql`insert into throttle (subject, failures, since, blocked_until)
    values (${`account:${id}`}, 100, now(), now() + interval '1 hour') on conflict (subject) do update set failures = 100`;
  await of('administrators.unlock', { id });
  await of('administrators.addSendingName', { id, name: 'newsletter' });
  await of('administrators.removeSendingName', { id, name: 'newsletter' });
  await of('administrators.delete', { id });
  await of('administrators.delete', { id, hard: true });
  const late = { name: 'Lea Late', email: 'lea.late@northwind.example', roleId: 'support', invite: true };
  await of('administrators.resetPassword', { id: (await of('administrators.create', late)).id });
  const sue = await app.person('Sue Super', 'super_administrator');
  const handed = {
    to: sue.id,
    asked: { procedure: 'roles.edit', input: { id: 'analyst', seen, description: 'Handed on' } }
  };
  const permissions = ['people.administrators.view', 'people.roles.view'];
  const reader = await app.person(
    'Rea Reader',
    (await of('roles.create', { name: 'Seers', permissions })).id
  );
  const hand = () => reader.client.call<{ id: string }>('handovers.send', handed);
  await reader.client.call('handovers.withdraw', await hand());
  await sue.client.call('handovers.decline', await hand());
  const [{ id: waiting }, applied] = [await hand(), randomUUID()];
  await sue.client.call('roles.edit', { op: applied, ...handed.asked.input });
  await sue.client.call('handovers.settle', { id: waiting, applied });
  await of('owner.offer', { id: sue.id });
  await of('owner.withdraw');
  await of('owner.offer', { id: sue.id });
  await sue.client.call('owner.decline');
  await of('owner.offer', { id: sue.id });
  await state.audited((tx) => tx`update ownership_offer set expires_at = now() - interval '1 second'`);
  await expireOffer(open.deps);
  await of('owner.offer', { id: sue.id });
  await sue.client.call('owner.accept');
  const relay = {
    id: (
      await app.owner.call<{ id: string }>('applications.create', {
        name: 'Relay',
        roleId: 'sending_layer'
      })
    ).id
  };
  await of('applications.update', { ...relay, seen: 1, perMinute: 100 });
  const { id: keyId } = await app.owner.call<{ id: string }>('applications.createKey', relay);
  await of('applications.rotateKey', { keyId });
  const later = new Date(Date.now() + 172_800_000).toISOString();
  await of('applications.extendKey', { keyId, until: later });
  await of('applications.revokeKey', { keyId });
  const subject = { type: 'application', ...relay };
  await of('caps.pause', { subject, reason: 'Complaints' });
  await of('caps.resume', { subject });
  const capped = await app.person('Cara Capped', 'support');
  const daily = { subject: { type: 'administrator', id: capped.id }, cap: 'daily', reason: 'A launch' };
  await of('administrators.update', { id: capped.id, seen, caps: { daily: 10 } });
  await of('caps.raise', { ...daily, amount: 5, until: new Date(Date.now() + 60_000).toISOString() });
  await of('caps.endRaise', daily);
  await of('caps.reset', daily);
  // What a charge came to is written with it.
  await state.sql`insert into ledger_alerts (account, cap, threshold, used, "limit", at)
    values (${`administrator:${capped.id}`}, 'daily', 80, 8, 10, now())`;
  await sendAlerts(open.deps);
  await of('applications.suspend', relay);
  await of('applications.reactivate', relay);
  await of('applications.delete', relay);
  const below = await app.owner.call<{ id: string }>('routes.create', { path: '/', takes: 'nobody' });
  const route = await app.owner.call<{ id: string }>('routes.create', { path: '/lists', takes: 'signed-in' });
  await of('routes.update', { id: route.id, seen, method: 'GET' });
  await of('routes.move', { id: route.id, before: below.id });
  await of('routes.delete', { id: route.id });
  await of('settings.update', { seen, branding: { name: 'Northwind' } });
  await of('log.list', { view: 'activity' });
  await fetchExport(app.owner, { view: 'activity', format: 'csv' });
  await fetchList(app.owner, { list: 'roles' });
  const mail = { host: '127.0.0.1', port: 1, security: 'none', user: '', from: 'r@northwind.example' };
  await of('settings.update', { seen, mail: { ...mail, password: null } });
  const hook = 'http://127.0.0.1:1/alerts';
  await of('settings.setWebhook', { seen: 0, url: hook });
  await of('settings.rotateWebhookSecret');
  await of('settings.testWebhook');
  await state.audited(
    (tx) => tx`insert into webhook_deliveries (id, type, body, created_at)
      values (${randomUUID()}, 'test', '{}', now() - interval '2 days')`
  );
  await until(async () => (await state.entries('settings.webhook_given_up')) === 1, 'given up');
  // Nobody listens there.
  await app.owner.try('settings.testMail', { to: 'maya@northwind.example' });
});

test('every event about users and packages is made to happen', async () => {
  const make = tenantsOf(app.owner, state);
  const [from, to] = [await make.package(), await make.package()];
  const id = await make.user(from);
  await of('packages.update', { id: from, seen, caps: { daily: 10 } });
  await of('users.update', { id, seen, name: 'Orchard' });
  const name = make.login();
  await of('users.addSendingName', { id, name });
  await of('users.removeSendingName', { id, name });
  const here = await signedInUsers(app, state).user();
  await enrol(here.client);
  // Twice: the second ends the first.
  await of('users.signInAs', { id: here.id, reason: 'Ticket 2281' });
  await of('users.signInAs', { id: here.id, reason: 'Ticket 2281' });
  const key = { name: 'Nightly', permissions: ['quotas.admin_quota.view_usage_own'] };
  const { id: keyId } = await here.client.call<{ id: string }>('keys.create', key);
  await of('users.revokeKey', { id: here.id, keyId });
  await of('users.revokeSessions', { id: here.id });
  await of('users.reset2fa', { id: here.id });
  await of('users.resetPassword', { id });
  await of('users.resetPassword', { id: here.id });
  await of('users.require2fa', { id, required: true });
  await of('users.unlock', { id });
  await of('users.suspend', { id, reason: 'Complaints' });
  await of('users.reactivate', { id });
  await of('users.close', { id, reason: 'Contract ended' });
  await state.audited((tx) => tx`update users set closes_at = now() - interval '1 second' where id = ${id}`);
  await endDue(open.deps);
  await of('packages.delete', { id: from, replaceWith: to });
  await of('users.delete', { id: await make.user(to) });
});

test('the program itself, and whoever is on the server', async () => {
  const ines = { email: 'ines@northwind.example', user: 'root' };
  await makeSuper(open.deps, ines);
  await pruneLog(open.deps);
  await erasePerson(open.deps, ines.email, ines.user);
  await state.audited((tx) => tx`update installation set catalogue_version = catalogue_version - 1`);
  const keys = `00000001:${key(7)}\n00000002:${key(9)}`;
  const env = { ENCRYPTION_KEYS: keys, LOG_SIGNING_KEYS: `${LOG_KEYS}\n${key(10)}` };
  await app.stop();
  app = await startTestConsole({ databaseUrl: database.url, env });
  await until(
    async () => (await state.sql`select 1 from audit.tree where next_vkey is null`).length > 0,
    'the other key'
  );
  await signed(state);
  await app.stop();
  // Silent for a second; then the last checkpoint is gone.
  const logKeys = await openLogKeys({ file: '', env: env.LOG_SIGNING_KEYS });
  const { logOrigin } = open.installation;
  const quiet = await startSequencer(open.deps, open.handle, {
    logOrigin,
    keys: logKeys,
    heartbeatSeconds: 1
  });
  await until(async () => (await state.entries('audit.heartbeat')) > 0, 'a heartbeat');
  await quiet.stop();
  await state.sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`delete from audit.checkpoint where size = (select size from audit.tree)`;
  });
  const deps = { ...open.deps, log: { ...open.deps.log, error: () => undefined } };
  const alarmed = await startSequencer(deps, open.handle, { logOrigin, keys: logKeys });
  await state.audited(async () => undefined);
  await until(async () => (await state.entries('audit.inconsistent')) > 0, 'the finding');
  await alarmed.stop();
  await declareRestored(open.deps, 'root');
  app = await startTestConsole({ databaseUrl: database.url, env });
});

test('[LOG-1] every action of the inventory was written, and no other; in order, none was lost', async () => {
  await state.settled();
  const rows = await state.sql<{ action: string }[]>`
    select distinct doc->>'action' as action from audit.entry where doc->>'action' <> 'test.done'`;
  const written = rows.map(({ action }) => action);
  expect(Object.keys(AUDIT_ACTIONS).filter((action) => !written.includes(action))).toEqual([]);
  expect(written.filter((action) => !Object.hasOwn(AUDIT_ACTIONS, action))).toEqual([]);
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SHIPPED_SETTINGS, type Settings } from '../../src/lib/core/settings/settings';
import type { RefusedPart } from '../../src/lib/core/roles/roles';
import { startTestConsole, type TestConsole } from '../support/console';
import type { ApiClient } from '../support/api-client';
import { openReplica, until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

type Answer = { versions: Record<string, number>; refused: RefusedPart[] };
type Read = Partial<Settings> & {
  versions: Record<string, number>;
  may: Record<string, boolean>;
  changed: Record<string, { by: string; at: string }>;
};

let app: TestConsole;
let state: StateProbe;
let admin: { id: string; email: string; client: ApiClient };

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  admin = await ready('Priya Nair', 'admin');
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

/** Somebody whose sign-in is complete. */
async function ready(name: string, roleId: string): Promise<Awaited<ReturnType<TestConsole['person']>>> {
  const person = await app.person(name, roleId);
  await state.audited(
    (tx) => tx`update administrators set activation_expires_at = null where id = ${person.id}`
  );
  return person;
}

const read = (client = app.owner) => client.call<Read>('settings.get');
const update = (input: object, client = app.owner) =>
  client.call<Answer>('settings.update', { seen: 1_000_000, ...input });

/** A role of its own that holds these permissions, and somebody in it. */
async function holderOf(name: string, permissions: string[]): Promise<ApiClient> {
  const { id } = await app.owner.call<{ id: string }>('roles.create', { name: `${name} role`, permissions });
  return (await ready(name, id)).client;
}

/** A picture of 7 × 5 pixels. */
const PNG =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAYAAACJmvbYAAAAKElEQVR4AaSMwQkAAAgCrakboa3tqdEz4eBAuESTC2gpvfY5KwKO1QcAAP//HDZ8VQAAAAZJREFUAwCHIgwLxkLh5gAAAABJRU5ErkJggg==';
const JPEG =
  'data:image/jpeg;base64,/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/2wBDAQMDAwQDBAgEBAgQCwkLEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBD/wAARCAAFAAcDASIAAhEBAxEB';
const WEBP = 'data:image/webp;base64,UklGRjoAAABXRUJQVlA4IC4AAABwAQCdASoHAAUAAsBMJYgC7AFAAA==';
const bytes = (kind: string, text: string) =>
  `data:image/${kind};base64,${Buffer.from(text, 'latin1').toString('base64')}`;
const TOO_LONG = bytes('png', `\x89PNG\r\n\x1a\n${'x'.repeat(32 * 1024)}`);

describe('[SET-1] bounds', () => {
  const good: [keyof Settings, object][] = [
    ['caps', { hourly: 0, daily: 1e12, monthly: 'unlimited' }],
    ['sending', { totalHourly: 5, totalDaily: 'unlimited', smooth: true, watchDaily: true }],
    ['sending', { unknownSenders: 'pass', unreachable: 'open' }],
    ['alerts', { first: 1, second: 99 }],
    ['passwords', { minLength: 64, minLengthWith2fa: 64 }],
    ['passwords', { minLength: 15, minLengthWith2fa: 10 }],
    ['sessions', { idleMinutes: 5, absoluteHours: 1 }],
    ['sessions', { idleMinutes: 60, absoluteHours: 24 }],
    ['keys', { mostDays: 1 }],
    ['keys', { mostDays: 365 }],
    ['retention', { days: 90 }],
    ['retention', { days: 3650 }],
    ['retention', { days: null }],
    ['general', { timeZone: 'Europe/Berlin' }],
    ['branding', { name: 'N', accent: '#7438ac', logo: PNG }],
    ['branding', { name: 'Ü'.repeat(40), accent: null, logo: null }],
    ['branding', { logo: JPEG }],
    ['branding', { logo: WEBP }],
    ['mail', { host: 'smtp.example.com', port: 587, security: 'starttls', user: 'u', from: 'a@example.com' }],
    ['mail', { host: 'localhost', port: 1, security: 'none' }],
    ['mail', { host: '' }]
  ];
  test.each(good)('the settings’ section %s takes %j', async (section, values) => {
    const answer = await update({ [section]: values });
    expect(answer.refused).toEqual([]);
    expect((await read())[section]).toMatchObject(values);
  });

  const bad: [keyof Settings, object][] = [
    ['caps', { hourly: -1 }],
    ['caps', { hourly: 1.5 }],
    ['caps', { hourly: 1e12 + 1 }],
    ['caps', { hourly: 'inherit' }],
    ['caps', { weekly: 1 }],
    ['sending', { totalHourly: -1 }],
    ['sending', { totalThreads: 1 }],
    ['sending', { smooth: 'yes' }],
    ['sending', { unknownSenders: 'maybe' }],
    ['alerts', { first: 0 }],
    ['alerts', { second: 100 }],
    ['twoFactor', { required: 'yes' }],
    ['twoFactor', { from: 'tomorrow' }],
    ['passwords', { minLength: 14 }],
    ['passwords', { minLength: 65 }],
    ['passwords', { minLengthWith2fa: 9 }],
    ['sessions', { idleMinutes: 4 }],
    ['sessions', { idleMinutes: 61 }],
    ['sessions', { absoluteHours: 0 }],
    ['sessions', { absoluteHours: 25 }],
    ['keys', { mostDays: 0 }],
    ['keys', { mostDays: 366 }],
    ['retention', { days: 89 }],
    ['retention', { days: 3651 }],
    ['general', { timeZone: 'Mars/Olympus' }],
    ['general', { timeZone: '+02:00' }],
    ['general', { timeZone: '' }],
    ['branding', { name: '' }],
    ['branding', { name: ' \n ' }],
    ['branding', { name: 'x'.repeat(41) }],
    ['branding', { name: 'Role\u202Ecall' }],
    ['branding', { accent: '#fff' }],
    ['branding', { accent: 'red' }],
    ['branding', { accent: '#f5e663' }],
    ['branding', { accent: 'url(x)' }],
    ['branding', { logo: 'https://example.com/logo.png' }],
    ['branding', { logo: 'data:image/svg+xml;base64,PHN2Zz4=' }],
    ['branding', { logo: bytes('png', '\xff\xd8\xff\xe0 a jpeg') }],
    ['branding', { logo: bytes('png', '<svg onload=alert(1)>') }],
    ['branding', { logo: TOO_LONG }],
    ['mail', { host: 'smtp.example.com:25' }],
    ['mail', { host: 'a b' }],
    ['mail', { host: 'a\r\nEHLO' }],
    ['mail', { host: 'http://example.com' }],
    ['mail', { port: 0 }],
    ['mail', { port: 65_536 }],
    ['mail', { security: 'ssl' }],
    ['mail', { from: 'nobody' }],
    ['mail', { from: 'a@example.com\r\nBcc: x@example.com' }],
    ['mail', { password: '' }],
    ['mail', { password: 'a\nb' }],
    ['mail', { passwordSet: true }],
    ['mail', { passwordSealed: 'AAAA' }]
  ];
  test.each(bad)('%s does not take %j', async (section, values) => {
    const before = await read();
    const refusal = await app.owner.refused('settings.update', { seen: 1_000_000, [section]: values });
    expect(refusal.code).toBe('input/invalid');
    expect(refusal).toHaveProperty('field', expect.stringContaining(section));
    expect(await read()).toEqual(before);
  });

  test.each(['IST', 'PST', 'PST8PDT', 'US/Pacific-New', 'est', 'Europe/Berlin', 'Asia/Kolkata', 'UTC'])(
    '[QUO-3] the time zone %s is taken where the database reads it as browsers do, else its field says no',
    async (timeZone) => {
      const known = await state.sql`select 1 from pg_timezone_names where lower(name) = lower(${timeZone})`;
      const answer = await app.owner.try('settings.update', { seen: 1_000_000, general: { timeZone } });
      const refused = answer.refusal ? [answer.refusal] : (answer.value as Answer).refused;
      if (known.length > 0) expect(refused).toEqual([]);
      else expect(refused).toMatchObject([{ code: 'input/invalid', field: 'general.timeZone' }]);
      expect((await read()).general?.timeZone === timeZone).toBe(known.length > 0);
    }
  );

  test('[QUO-9] the second alert comes after the first', async () => {
    await update({ alerts: SHIPPED_SETTINGS.alerts });
    const { refused } = await update({ alerts: { first: 95 } });
    expect(refused).toMatchObject([{ code: 'input/invalid', field: 'alerts.second' }]);
    expect(await update({ alerts: { first: 95, second: 96 } })).toMatchObject({ refused: [] });
    await update({ alerts: SHIPPED_SETTINGS.alerts });
  });

  test('a shorter password with a second factor is never longer than one without', async () => {
    await update({ passwords: { minLength: 20, minLengthWith2fa: 12 } });
    for (const passwords of [{ minLengthWith2fa: 21 }, { minLength: 15, minLengthWith2fa: 16 }]) {
      const { refused } = await update({ passwords });
      expect(refused).toMatchObject([{ code: 'input/invalid', field: 'passwords.minLengthWith2fa' }]);
    }
    await update({ passwords: { minLengthWith2fa: 20 } });
    const { refused } = await update({ passwords: { minLength: 18 } });
    expect(refused).toMatchObject([{ code: 'input/invalid', field: 'passwords.minLengthWith2fa' }]);
    expect((await read()).passwords).toEqual({ minLength: 20, minLengthWith2fa: 20 });
    await update({ passwords: SHIPPED_SETTINGS.passwords });
  });

  test('mail goes out without encryption to this machine alone, and comes from somebody', async () => {
    await update({ mail: { host: '', from: '', security: 'tls' } });
    const plain = await update({
      mail: { host: 'mail.example.com', security: 'none', from: 'a@example.com' }
    });
    expect(plain.refused).toMatchObject([{ code: 'input/invalid', field: 'mail.security' }]);
    const nobody = await update({ mail: { host: 'mail.example.com' } });
    expect(nobody.refused).toMatchObject([{ code: 'input/invalid', field: 'mail.from' }]);
    expect((await read()).mail).toMatchObject({ host: '', from: '', security: 'tls' });
  });

  test('nothing to change is a mistake; the same again changes nothing', async () => {
    expect((await app.owner.refused('settings.update', { seen: 0 })).code).toBe('input/invalid');
    await update({ general: { timeZone: 'Asia/Tokyo' } });
    const entries = await state.entries('settings.changed');
    const { versions } = await read();
    expect(await update({ general: { timeZone: 'Asia/Tokyo' } })).toEqual({
      versions: { general: versions['general'] },
      refused: []
    });
    expect(await state.entries('settings.changed')).toBe(entries);
  });
});

describe('[SET-1] who may', () => {
  test('sections are seen by those who may see them, and changed by those who may change them', async () => {
    const looker = await holderOf('Lou Looker', ['settings.security_policy.view']);
    const seen = await read(looker);
    expect(Object.keys(seen.versions).sort()).toEqual([
      'keys',
      'passwords',
      'retention',
      'sessions',
      'twoFactor'
    ]);
    expect(Object.keys(seen).sort()).toEqual([
      ...['changed', 'keys', 'may', 'passwords', 'retention', 'sessions', 'twoFactor', 'versions']
    ]);
    expect(Object.values(seen.may)).not.toContain(true);
    const nobody = await read(await holderOf('Nora Nobody', []));
    expect(nobody.versions).toEqual({});
    expect(nobody).not.toHaveProperty('mail');
  });

  test.each([
    ['caps', { hourly: 1 }, 'quotas.platform_quota.set'],
    ['sending', { smooth: false }, 'quotas.platform_quota.set'],
    ['alerts', { first: 50 }, 'quotas.ledger.manage_alerts'],
    ['twoFactor', { required: true }, 'settings.security_policy.edit_2fa_policy'],
    ['passwords', { minLength: 16 }, 'settings.security_policy.edit_password_policy'],
    ['sessions', { idleMinutes: 30 }, 'settings.security_policy.edit_session_policy'],
    ['keys', { mostDays: 200 }, 'settings.security_policy.edit_session_policy'],
    ['retention', { days: 100 }, 'settings.security_policy.edit_retention'],
    ['general', { timeZone: 'UTC' }, 'settings.application.edit_general'],
    ['branding', { name: 'Mine' }, 'settings.application.edit_branding'],
    ['mail', { host: 'evil.example.com' }, 'settings.application.edit_mail']
  ])('%s takes its own permission', async (section, values, permission) => {
    const client = await holderOf(`Without ${section}`, ['settings.application.view']);
    const before = await read();
    const refusal = await client.refused('settings.update', { seen: 1_000_000, [section]: values });
    expect(refusal).toEqual({ code: 'access/permission-required', permission });
    expect(await read()).toEqual(before);
  });

  test('of several sections those that one may not change are refused, the others change', async () => {
    const client = await holderOf('Bea Brand', ['settings.application.edit_branding']);
    const denied = await state.entries('access.denied');
    const answer = await update({ branding: { name: 'Northwind' }, mail: { host: 'x.example.com' } }, client);
    expect(answer.refused).toEqual([
      { code: 'access/permission-required', permission: 'settings.application.edit_mail', field: 'mail.host' }
    ]);
    const now = await read();
    expect(now.branding?.name).toBe('Northwind');
    expect(now.mail?.host).toBe('');
    expect(now.changed['branding']).toMatchObject({ by: 'Bea Brand' });
    expect(await state.entries('access.denied')).toBe(denied + 1);
  });

  test('[AUT-4] it takes the password again when its proof is old', async () => {
    const { client, id } = await ready('Otto Old', 'super_administrator');
    await state.audited(
      (tx) => tx`update sessions set proved_at = now() - interval '11 minutes' where administrator_id = ${id}`
    );
    for (const [path, input] of [
      ['settings.update', { seen: 0, general: { timeZone: 'UTC' } }],
      ['settings.testMail', { to: 'a@example.com' }]
    ] as const)
      expect(await client.refused(path, input)).toEqual({ code: 'auth/reauthenticate' });
  });

  test('[ACC-4] nobody but the owner raises a platform cap above their own', async () => {
    await update({ caps: { hourly: 1000, daily: 'unlimited', monthly: 'unlimited', threads: 'unlimited' } });
    const role = await app.owner.call<{ id: string }>('roles.create', {
      name: 'Cap setters',
      permissions: ['quotas.platform_quota.set', 'quotas.platform_quota.view']
    });
    const { client, id: setter } = await ready('Cap Setter', role.id);
    const above = await update({ caps: { hourly: 1001, daily: 5 } }, client);
    expect(above.refused).toEqual([
      { code: 'access/cap-above-own', cap: 'hourly', limit: 1000, field: 'caps.hourly' }
    ]);
    expect((await read()).caps).toMatchObject({ hourly: 1000, daily: 5 });
    // It tightens what has no limit, and is still above the cap of whoever asks.
    await update({ caps: { monthly: 'unlimited' } });
    await app.owner.call('administrators.update', { id: setter, seen: 1_000_000, caps: { monthly: 1000 } });
    expect((await update({ caps: { monthly: 5000 } }, client)).refused).toEqual([
      { code: 'access/cap-above-own', cap: 'monthly', limit: 1000, field: 'caps.monthly' }
    ]);
    expect((await update({ caps: { monthly: 900 } }, client)).refused).toEqual([]);
    expect((await update({ caps: { hourly: 10 } }, client)).refused).toEqual([]);
    expect((await update({ caps: { hourly: 'unlimited', daily: 'unlimited' } })).refused).toEqual([]);
  });
});

describe('[ADM-12] two at once', () => {
  test('different fields merge, the same field shows both values', async () => {
    const { versions } = await read();
    const seen = versions['sessions']!;
    await update({ seen, sessions: { idleMinutes: 20 } });
    expect((await update({ seen, sessions: { absoluteHours: 8 } })).refused).toEqual([]);
    const late = await update({ seen, sessions: { idleMinutes: 25, absoluteHours: 8 } });
    expect(late.refused).toEqual([
      {
        code: 'conflict/changed-since',
        field: 'sessions.idleMinutes',
        yours: 25,
        theirs: 20,
        by: 'Maya Lindqvist',
        at: expect.stringMatching(/Z$/),
        version: expect.any(Number)
      }
    ]);
    expect((await read()).sessions).toEqual({
      ...{ idleMinutes: 20, absoluteHours: 8, tellSignInAs: true }
    });
    // Knowing what the other one did, it applies.
    const again = await update({ seen: late.versions['sessions']!, sessions: { idleMinutes: 25 } });
    expect(again.refused).toEqual([]);
  });

  test('[LIV-7] each field is judged by what its author knew of it', async () => {
    const { versions } = await read();
    const seen = versions['sessions']!;
    const own = await update({ seen, sessions: { idleMinutes: 30 } });
    await update({ seen: own.versions['sessions']!, sessions: { absoluteHours: 6 } });
    // One’s own edit is known; what somebody else made of the other field is not.
    const late = await update({
      seen,
      seenParts: { idleMinutes: own.versions['sessions']! },
      sessions: { idleMinutes: 35, absoluteHours: 9 }
    });
    expect(late.refused).toMatchObject([
      { code: 'conflict/changed-since', field: 'sessions.absoluteHours', theirs: 6 }
    ]);
    expect((await read()).sessions).toEqual({
      ...{ idleMinutes: 35, absoluteHours: 6, tellSignInAs: true }
    });
  });

  test('of many changes at the same moment none is lost', async () => {
    const { versions } = await read();
    const caps = ['hourly', 'daily', 'monthly', 'threads'];
    await Promise.all(caps.map((cap, n) => update({ seen: versions['caps']!, caps: { [cap]: 100 + n } })));
    const now = await read();
    expect(now.caps).toEqual({ hourly: 100, daily: 101, monthly: 102, threads: 103 });
    expect(now.versions['caps']).toBe(versions['caps']! + 4);
  });

  test('a repeated operation gets its first answer, another content is refused', async () => {
    const op = randomUUID();
    const first = await update({ op, retention: { days: 200 } });
    await update({ retention: { days: 300 } });
    expect(await update({ op, retention: { days: 200 } })).toEqual(first);
    expect((await read()).retention).toEqual({ days: 300 });
    const other = await app.owner.refused('settings.update', {
      op,
      seen: 1_000_000,
      retention: { days: 201 }
    });
    expect(other.code).toBe('input/op-reused');
  });

  test('[LIV-1] everybody who is here hears which section changed, and nothing of what is in it', async () => {
    const client = await holderOf('Hal Hearer', []);
    using replica = openReplica(client, 'settings');
    await until(() => replica.provider.synced, 'in step');
    const { versions } = await update({ general: { timeZone: 'Europe/Oslo' } });
    const shown = () => replica.doc.getMap<number>('settings').toJSON();
    await until(() => shown()['general'] === versions['general'], 'the new version');
    expect(Object.values(shown()).every((value) => typeof value === 'number')).toBe(true);
  });
});

describe('[E9] a second factor for everybody', () => {
  test('a second factor for everybody is not asked for by somebody who has none, nor when no Super Administrator could sign in', async () => {
    const denied = await state.entries('access.denied');
    const without = await update({ twoFactor: { required: true } });
    expect(without.refused).toEqual([
      { code: 'auth/two-factor-required', sources: ['platform'], field: 'twoFactor.required' }
    ]);
    expect(await state.entries('access.denied')).toBe(denied + 1);
    const from = '2099-01-01T00:00:00.000Z';
    expect((await update({ twoFactor: { required: true, from } })).refused).toHaveLength(1);
    expect((await read()).twoFactor).toEqual({ required: false, from: null });

    // An administrator who has one, while no Super Administrator has.
    const client = await holderOf('Ed Enrolled', ['settings.security_policy.edit_2fa_policy']);
    const [enrolled] = await state.sql<{ id: string }[]>`
      select id from administrators where name = 'Ed Enrolled'`;
    await state.audited((tx) => tx`update administrators set two_factor = true where id = ${enrolled!.id}`);
    await state.audited((tx) => tx`update sessions set aal = 2 where administrator_id = ${enrolled!.id}`);
    const last = await client.refused('settings.update', { seen: 1_000_000, twoFactor: { required: true } });
    expect(last.code).toBe('access/last-super');
    expect((await read()).twoFactor).toEqual({ required: false, from: null });
  });

  test('a second factor for everybody is in force at once: without one, the next step is to set it up', async () => {
    await state.audited((tx) => tx`update administrators set two_factor = true where id = ${app.ownerId}`);
    await state.audited((tx) => tx`update sessions set aal = 2 where administrator_id = ${app.ownerId}`);
    using replica = openReplica(admin.client, 'settings');
    await until(() => replica.provider.synced, 'in step');
    expect((await update({ twoFactor: { required: true } })).refused).toEqual([]);
    expect(await admin.client.refused('me.get')).toEqual({ code: 'auth/step-required', next: 'enrol-2fa' });
    await until(() => replica.closes.includes(4401), 'the socket is closed');
    // From a date: not yet.
    const from = '2099-01-01T00:00:00.000Z';
    expect((await update({ twoFactor: { from } })).refused).toEqual([]);
    const me = await admin.client.call<{ twoFactor: object }>('me.get');
    expect(me.twoFactor).toMatchObject({ required: false, sources: ['platform'], from });
    expect((await update({ twoFactor: { required: false } })).refused).toEqual([]);
    expect((await read()).twoFactor).toEqual({ required: false, from: null });
  });
});

describe('[LOG-1] what is written down', () => {
  test('old and new value of each field; a picture by its kind and hash', async () => {
    await update({ retention: { days: 400 } });
    await update({ retention: { days: 500 }, branding: { logo: PNG, name: 'Northwind' } });
    await update({
      branding: { logo: bytes('png', `${atob(PNG.slice(PNG.indexOf(',') + 1))}${'y'.repeat(32_000)}`) }
    });
    await state.settled();
    const rows = await state.sql<{ doc: { target: { id: string }; change: { path: string }[] } }[]>`
      select doc from audit.entry where doc->>'action' = 'settings.changed' order by n desc limit 3`;
    expect(rows.map(({ doc }) => doc.target.id)).toEqual(['branding', 'branding', 'retention']);
    expect(rows[2]!.doc.change).toEqual([{ path: 'retention.days', old: 400, new: 500 }]);
    expect(rows[0]!.doc.change).toEqual([
      {
        path: 'branding.logo',
        old: expect.stringMatching(/^image\/png, \d+ characters, [0-9a-f]{16}$/),
        new: expect.stringMatching(/^image\/png, 42\d{3} characters, [0-9a-f]{16}$/)
      }
    ]);
  });

  test('[OWN-3] the owner is told when how people get in was changed', async () => {
    await update(
      { sessions: { idleMinutes: 31 } },
      await holderOf('Sid Session', ['settings.security_policy.edit_session_policy'])
    );
    const { notices } = await app.owner.call<{ notices: { kind: string; data: object }[] }>('me.get');
    expect(notices[0]).toMatchObject({
      kind: 'security-settings-changed',
      data: { by: 'Sid Session', sections: 'sessions' }
    });
  });

  test('[O-01] the password of the mail server is in no row, entry, answer or line of the program’s log', async () => {
    const secret = 'correct-horse-9271';
    const changed = await app.owner.try('settings.update', {
      seen: 1_000_000,
      mail: {
        host: 'smtp.example.com',
        port: 465,
        security: 'tls',
        user: 'robot',
        from: 'a@example.com',
        password: secret
      }
    });
    expect(changed.status, changed.body).toBe(200);
    const got = await app.owner.try<Read>('settings.get');
    expect(got.value?.mail).toEqual({
      host: 'smtp.example.com',
      port: 465,
      security: 'tls',
      user: 'robot',
      from: 'a@example.com',
      passwordSet: true
    });
    await state.settled();
    const [all] = await state.sql<{ text: string }[]>`select concat_ws(E'\n',
      (select string_agg(t::text, E'\n') from settings t),
      (select string_agg(t::text, E'\n') from operations t),
      (select string_agg(t::text, E'\n') from mails t),
      (select string_agg(convert_from(body, 'UTF8'), E'\n') from audit.entry),
      (select string_agg(encode(snapshot, 'escape'), E'\n') from documents),
      (select string_agg(encode(data, 'escape'), E'\n') from document_updates)) as text`;
    const everything = [all!.text, changed.body, got.body, JSON.stringify(app.logged)].join('\n');
    for (const form of [secret, Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('hex')])
      expect(everything).not.toContain(form);
    const [entry] = await state.sql<{ doc: { change: object[] } }[]>`
      select doc from audit.entry where doc->>'action' = 'settings.changed' order by n desc limit 1`;
    expect(entry!.doc.change).toContainEqual({ path: 'mail.password', old: null, new: 'set' });
    const setup = await app.anonymous().try('setup.status');
    expect(setup.body).not.toContain('smtp');
  });

  test('the stored password goes to no other server than the one it was given for', async () => {
    for (const mail of [{ host: 'smtp.evil.example' }, { port: 2525 }, { security: 'starttls' }]) {
      const { refused } = await update({ mail });
      expect(refused).toMatchObject([{ code: 'input/invalid', field: 'mail.password' }]);
    }
    expect((await read()).mail).toMatchObject({ host: 'smtp.example.com', port: 465, security: 'tls' });
    expect((await update({ mail: { host: 'smtp.other.example', password: null } })).refused).toEqual([]);
    expect((await read()).mail).toMatchObject({ host: 'smtp.other.example', passwordSet: false });
    const [row] = await state.sql`select value from settings where section = 'mail'`;
    expect(row!['value']).not.toHaveProperty('passwordSealed');
  });
});

test('[SET-1] the sign-in page may show the installation’s own look', async () => {
  await update({ branding: { name: 'Northwind', accent: '#7438AC', logo: PNG } });
  expect(await app.anonymous().call('setup.status')).toEqual({
    needed: false,
    branding: { name: 'Northwind', accent: '#7438ac', logo: PNG }
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD, startTestConsole, freePort, type TestConsole } from '../support/console';
import { headersOf, readableText, startMailServer, type TestMailServer } from '../support/mail-server';
import { expectConsole } from '../support/no-console';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

type Queued = { attempts: number; sent_at: Date | null; given_up_at: Date | null; problem: string | null };

let app: TestConsole;
let state: StateProbe;
let smtp: TestMailServer;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  smtp = await startMailServer();
  await setUp(smtp.port);
});
afterAll(async () => {
  await smtp.stop();
  await state.close();
  await app.stop();
});
afterEach(() => {
  smtp.mails.length = 0;
});

function setUp(port: number, mail: object = {}) {
  return app.owner.call('settings.update', {
    seen: 1_000_000,
    mail: {
      ...{
        host: '127.0.0.1',
        port,
        security: 'none',
        user: '',
        from: 'robot@northwind.example',
        password: null
      },
      ...mail
    }
  });
}

function invite(name: string, email: string, more: object = { invite: true }) {
  return app.owner.call<{ id: string; link: string | null; mailed: boolean }>('administrators.create', {
    name,
    email,
    roleId: 'support',
    ...more
  });
}

async function mailTo(address: string): Promise<TestMailServer['mails'][number]> {
  const found = () => smtp.mails.find(({ to }) => to.includes(address));
  await until(() => found() !== undefined, `a mail to ${address}`);
  return found()!;
}

// Of another server the owner hears each time, through the one before.
const toOthers = () => smtp.mails.filter(({ to }) => !to.includes('maya@northwind.example'));

const queued = async (address: string) =>
  (
    await state.sql<
      Queued[]
    >`select attempts, sent_at, given_up_at, problem from mails where address = ${address}`
  )[0];
const makeDue = (address: string) => state.sql`update mails set next_at = now() where address = ${address}`;

describe('[ADM-6] on save the new administrator gets sign-in instructions', () => {
  test('an invitation with its link, once', async () => {
    const { link, mailed } = await invite('Petra Novotná', 'petra@northwind.example');
    expect(mailed).toBe(true);
    const mail = await mailTo('petra@northwind.example');
    expect(mail.from).toBe('robot@northwind.example');
    const headers = headersOf(mail);
    expect(headers.get('from')).toEqual(['Rolecall <robot@northwind.example>']);
    expect(headers.get('subject')).toEqual(['You are invited to Rolecall']);
    const text = readableText(mail);
    expect(text).toContain('Hello Petra Novotná,');
    expect(text).toContain(`Choose a password: ${link}`);
    expect(text).toContain(`href="${link}"`);
    await until(async () => (await queued('petra@northwind.example'))?.sent_at !== null, 'noted as sent');
    // The link opens the account, and the row that carried it holds no secret.
    const token = link!.split('#')[1]!;
    expect(await app.anonymous().call('auth.readInvitation', { token })).toMatchObject({
      name: 'Petra Novotná'
    });
    const [row] = await state.sql<{ text: string }[]>`
      select m::text as text from mails m where address = 'petra@northwind.example'`;
    expect(row!.text).not.toContain(token.split('.')[1]);
    expect(toOthers()).toHaveLength(1);
  });

  test('[SET-1] a preview of a mail is what is sent, word for word, of every kind, for those who may see the settings', async () => {
    const previews =
      await app.owner.call<{ kind: string; subject: string; text: string }[]>('settings.previewMails');
    for (const { subject, text } of previews) {
      expect(subject).toMatch(/Rolecall|API key/);
      expect(text).toMatch(/^Hello Sam Example,/);
      expect(`${subject} ${text}`).not.toMatch(/undefined|null|NaN|\?/);
    }
    expect(new Set(previews.map(({ kind }) => kind)).size).toBeGreaterThan(30);

    const { link } = await invite('Sam Same', 'sam.same@northwind.example');
    const sent = readableText(await mailTo('sam.same@northwind.example'));
    const { subject, text } = previews.find(({ kind }) => kind === 'invitation')!;
    expect(headersOf(await mailTo('sam.same@northwind.example')).get('subject')).toEqual([subject]);
    const told = text
      .replace('Sam Example', 'Sam Same')
      .replaceAll('Alex Example', 'Maya Lindqvist')
      .replace('sam@example.com', 'sam.same@northwind.example')
      .replace(`${app.origin}/invitation#example`, link!);
    for (const paragraph of told.split('\n\n')) expect(sent.replaceAll('\r', '')).toContain(paragraph);

    const { id } = await app.owner.call<{ id: string }>('roles.create', {
      name: 'No settings',
      permissions: []
    });
    const nobody = await app.person('Nora Nobody', id);
    expect((await nobody.client.refused('settings.previewMails')).code).toBe('access/permission-required');
  });

  test('with an initial password: where to sign in, and never the password', async () => {
    const { link } = await invite('Quentin Marsh', 'quentin@northwind.example', { password: PASSWORD });
    expect(link).toBeNull();
    const text = readableText(await mailTo('quentin@northwind.example'));
    expect(text).toContain(`Sign in: ${app.origin}/sign-in`);
    expect(text).toContain('the initial password that Maya Lindqvist gives you');
    expect(text).not.toContain(PASSWORD);
  });

  test('named by the installation’s own name', async () => {
    await app.owner.call('settings.update', { seen: 1_000_000, branding: { name: 'Bücher "R" <Us>' } });
    await invite('Ruth Adeyemi', 'ruth@northwind.example');
    const mail = await mailTo('ruth@northwind.example');
    expect(mail.from).toBe('robot@northwind.example');
    const text = readableText(mail);
    expect(text).toContain('-- \r\nBücher "R" <Us>');
    expect(text).toContain('Bücher &quot;R&quot; &lt;Us&gt;');
    await app.owner.call('settings.update', { seen: 1_000_000, branding: { name: 'Rolecall' } });
  });
});

test('an invitation that was used or replaced meanwhile is not sent any more', async () => {
  const nowhere = await freePort();
  await setUp(nowhere);
  const { id } = await invite('Sven Berg', 'sven@northwind.example');
  const refused = async () => ((await queued('sven@northwind.example'))?.problem ?? '') !== '';
  await until(refused, 'the first try failed');
  const [first] = await state.sql<
    { id: string }[]
  >`select id from mails where address = 'sven@northwind.example'`;
  await app.owner.call('administrators.resetPassword', { id });
  await setUp(smtp.port);
  const arrives = async () => {
    // Again and again: a try at the server of before may still be about to say when the next one is due.
    await makeDue('sven@northwind.example');
    return smtp.mails.some(({ to }) => to.includes('sven@northwind.example'));
  };
  await until(arrives, 'the newer one arrives');
  const text = readableText(await mailTo('sven@northwind.example'));
  // Another invitation brings the newer link; the one before it is dropped.
  expect(text).toContain('created an account for you');
  const dropped = async () =>
    (await state.sql<Queued[]>`select * from mails where id = ${first!.id}`)[0]?.given_up_at !== null;
  await until(dropped, 'the older one is dropped');
  expect(smtp.mails.filter(({ to }) => to.includes('sven@northwind.example'))).toHaveLength(1);
});

describe('a server that is away', () => {
  test('gets its mail when it is back; the waits grow', async () => {
    const port = await freePort();
    await setUp(port);
    await invite('Tara Singh', 'tara@northwind.example');
    const tries = async () => (await queued('tara@northwind.example'))?.attempts ?? 0;
    const failed = async (n: number) => {
      const row = await queued('tara@northwind.example');
      return row?.attempts === n && row.problem !== null;
    };
    await until(() => failed(1), 'a first try');
    const wait = async () =>
      (
        await state.sql<{ s: number }[]>`select extract(epoch from next_at - now())::float as s from mails
          where address = 'tara@northwind.example'`
      )[0]!.s;
    await until(async () => (await wait()) < 61, 'the claim made way for the wait');
    expect(await wait()).toBeGreaterThan(30);
    await makeDue('tara@northwind.example');
    await until(async () => (await tries()) === 2 && (await wait()) > 100, 'a second try');
    const late = await startMailServer({}, port);
    try {
      // Again and again: the second try may still be about to say when the third one is due.
      const arrives = async () => {
        await makeDue('tara@northwind.example');
        return late.mails.length === 1;
      };
      await until(arrives, 'the mail arrives');
      await until(async () => (await queued('tara@northwind.example'))?.sent_at !== null, 'sent');
      expect((await queued('tara@northwind.example'))?.problem).toBeNull();
    } finally {
      await late.stop();
      await setUp(smtp.port);
    }
  });

  test('a server that is away is given up after 72 hours, with the reason', async () => {
    await setUp(await freePort());
    await invite('Umar Aziz', 'umar@northwind.example');
    await until(async () => ((await queued('umar@northwind.example'))?.problem ?? '') !== '', 'failed');
    await state.audited(
      (tx) => tx`update mails set created_at = now() - interval '73 hours', next_at = now()
        where address = 'umar@northwind.example'`
    );
    const over = async () => (await queued('umar@northwind.example'))?.given_up_at !== null;
    await until(over, 'given up');
    expect((await queued('umar@northwind.example'))?.problem).toContain('No mail server answered');
    await setUp(smtp.port);
    const tries = (await queued('umar@northwind.example'))!.attempts;
    await makeDue('umar@northwind.example');
    // A later mail passes it by.
    await invite('Vera Costa', 'vera@northwind.example');
    await mailTo('vera@northwind.example');
    expect((await queued('umar@northwind.example'))!.attempts).toBe(tries);
  });
});

test('names and texts begin no header and no command', async () => {
  // Past what refuses such names, as a faulty import might.
  const { id } = await invite('Wanda Ilves', 'wanda@northwind.example', { password: PASSWORD });
  await mailTo('wanda@northwind.example');
  smtp.mails.length = 0;
  const evil = 'Eve\r\nBcc: victim@example.com\r\n\r\nEvil <b>body</b>';
  await state.audited((tx) => tx`update administrators set name = ${evil} where id = ${id}`);
  const branding = { name: 'Acme\r\nBcc: victim@example.com', accent: null, logo: null };
  await state.audited(
    (tx) => tx`insert into settings (section, value, seq, by_name, at)
      values ('branding', ${tx.json(branding)}, 100, 'Test', now())
      on conflict (section) do update set value = excluded.value`
  );
  await state.audited(
    (tx) => tx`insert into mails (id, administrator_id, address, kind, data)
      values (gen_random_uuid(), ${id}, 'wanda@northwind.example', 'suspended', ${tx.json({ by: evil })})`
  );
  const mail = await mailTo('wanda@northwind.example');
  expect(mail.to).toEqual(['wanda@northwind.example']);
  const headers = headersOf(mail);
  expect(headers.has('bcc')).toBe(false);
  expect(headers.get('to')).toEqual(['wanda@northwind.example']);
  expect(headers.get('from')).toHaveLength(1);
  expect(headers.get('subject')).toHaveLength(1);
  expect(readableText(mail)).toContain('Evil &lt;b&gt;body&lt;/b&gt;');

  await state.audited(
    (tx) => tx`insert into mails (id, administrator_id, address, kind, data)
      values (gen_random_uuid(), ${id}, ${'a@example.com\r\nRCPT TO:<victim@example.com>'}, 'suspended', '{}')`
  );
  const address = 'a@example.com\r\nRCPT TO:<victim@example.com>';
  await until(async () => {
    const row = await queued(address);
    return row !== undefined && (row.sent_at !== null || row.problem !== null);
  }, 'tried');
  expect(smtp.mails.flatMap(({ to }) => to)).not.toContain('victim@example.com');
  await app.owner.call('settings.update', { seen: 1_000_000, branding: { name: 'Rolecall' } });
});

describe('[SET-1] the test of the settings', () => {
  const send = (to = 'me@northwind.example', client = app.owner) =>
    client.call<{ sent: boolean; said: string | null }>('settings.testMail', { to });

  test('the test of the settings sends one mail at once, with the user and the password, and says so in the log', async () => {
    await setUp(smtp.port, { user: 'robot', password: 'secret-of-the-robot' });
    expect(await send()).toEqual({ sent: true, said: null });
    expect(toOthers()).toMatchObject([{ to: ['me@northwind.example'], user: 'robot:secret-of-the-robot' }]);
    const [entry] = await state.sql<{ doc: { outcome: string } }[]>`
      select doc from audit.entry where doc->>'action' = 'settings.mail_tested' order by n desc limit 1`;
    expect(entry!.doc).toMatchObject({ outcome: 'success', target: { type: 'settings', id: 'mail' } });
  });

  test('a repeated operation sends nothing more', async () => {
    const op = '0f0e2a52-6a52-4d24-9be5-6c3b7a4f9f10';
    const first = await app.owner.call('settings.testMail', { op, to: 'once@northwind.example' });
    expect(await app.owner.call('settings.testMail', { op, to: 'once@northwind.example' })).toEqual(first);
    expect(toOthers()).toHaveLength(1);
  });

  test('the test of the settings tells the server’s own words, without the password', async () => {
    await setUp(smtp.port, { user: 'robot', password: 'wrong' });
    const { sent, said } = await send();
    expect(sent).toBe(false);
    expect(said).toMatch(/Invalid login/);
    expect(said).not.toContain('wrong');
    const [entry] = await state.sql<{ doc: { outcome: string } }[]>`
      select doc from audit.entry where doc->>'action' = 'settings.mail_tested' order by n desc limit 1`;
    expect(entry!.doc.outcome).toBe('error');
    expect(JSON.stringify(entry!.doc)).not.toContain('with wrong');
  });

  test('the test of the settings says nothing at all to a server that does not encrypt, or that cannot prove who it is', async () => {
    expectConsole(/smtp-server is using the built-in default TLS certificate/);
    await using unknown = await startMailServer({ secure: true, disabledCommands: [] });
    await setUp(smtp.port, { security: 'starttls', user: 'robot', password: 'secret-of-the-robot' });
    expect((await send()).sent).toBe(false);
    expect(toOthers()).toEqual([]);
    await setUp(unknown.port, { security: 'tls', user: 'robot', password: 'secret-of-the-robot' });
    const { sent, said } = await send();
    expect(sent).toBe(false);
    expect(said).toMatch(/certificate/i);
    expect(unknown.mails).toEqual([]);
  });

  test('the test of the settings asks for a server first, and for the permission', async () => {
    await setUp(smtp.port, { host: '' });
    expect(await app.owner.refused('settings.testMail', { to: 'a@example.com' })).toMatchObject({
      code: 'input/invalid',
      field: 'mail.host'
    });
    const { client, id } = await app.person('Xenia Lund', 'analyst');
    await state.audited((tx) => tx`update administrators set activation_expires_at = null where id = ${id}`);
    expect(await client.refused('settings.testMail', { to: 'a@example.com' })).toEqual({
      code: 'access/permission-required',
      permission: 'settings.application.edit_mail'
    });
    for (const to of ['nobody', 'a@example.com\r\nBcc: b@example.com', 'a@example.com, b@example.com'])
      expect((await app.owner.refused('settings.testMail', { to })).code).toBe('input/invalid');
  });
});

test('what the program logs of mail names nobody and holds no secret', () => {
  const lines = app.logged.filter(({ msg }) => String(msg).includes('mail'));
  expect(lines.length).toBeGreaterThan(0);
  expect(JSON.stringify(lines)).not.toMatch(/northwind\.example|secret-of|invitation#/);
});

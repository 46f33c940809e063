import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { freePort, startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { readableText, startMailServer, type TestMailServer } from '../support/mail-server';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// Whoever sets the mail server can read what it carries: a link goes through it only to accounts that they dominate.

const SUPER = 'super_administrator';
const seen = Number.MAX_SAFE_INTEGER;

let app: TestConsole;
let state: StateProbe;
let theirs: TestMailServer;
let old: TestMailServer;
let ada: TestPerson;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  [theirs, old] = [await startMailServer(), await startMailServer()];
  ada = await app.person('Ada Admin', 'admin');
});
afterAll(async () => {
  await theirs.stop();
  await old.stop();
  await state.close();
  await app.stop();
});
afterEach(() => {
  theirs.mails.length = old.mails.length = 0;
});

const server = (port: number) => ({
  host: '127.0.0.1',
  port,
  security: 'none',
  user: '',
  from: 'robot@northwind.example'
});
const setUp = (by: TestPerson['client'], port: number) =>
  by.call<{ refused: unknown[] }>('settings.update', { seen, mail: server(port) });

type Made = { id: string; link: string; mailed: boolean; linkWithheld: { why: string; by: string } | null };
let made = 0;
const address = () => `reader.${made}@northwind.example`;
const invite = (roleId: string) => {
  const name = `Reader ${++made}`;
  return app.owner.call<Made>('administrators.create', { name, email: address(), roleId, invite: true });
};
const arrived = (at: TestMailServer, words: string, to = address()) =>
  until(
    () => at.mails.some((mail) => mail.to.includes(to) && readableText(mail).includes(words)),
    `${words} for ${to}`
  );
const open = (link: string) => app.anonymous().try('auth.readInvitation', { token: link.split('#')[1]! });

test('[ACC-2] a link for a stronger account is shown once, and never goes through the server of a weaker one', async () => {
  await setUp(ada.client, theirs.port);
  const weak = await invite('support');
  expect(weak).toMatchObject({ mailed: true, linkWithheld: null });
  await arrived(theirs, weak.link);

  const strong = await invite(SUPER);
  expect(strong).toMatchObject({ mailed: false, linkWithheld: { why: 'maker-weaker', by: 'Ada Admin' } });
  const sue = await app.person('Sue Super', SUPER);
  const reset = await app.owner.call<Made>('administrators.resetPassword', { id: sue.id });
  expect(reset.linkWithheld).toEqual({ why: 'maker-weaker', by: 'Ada Admin' });
  // She is told, without the link.
  await arrived(theirs, 'reset your password', sue.email);
  expect(theirs.mails.map(({ source }) => source).join()).not.toContain('/invitation#'.concat(sue.id));
  expect((await open(strong.link)).status).toBe(200);
  expect((await open(reset.link)).status).toBe(200);
});

test('[ACC-2] a link that went through it is void once the account is raised above who set it', async () => {
  await setUp(ada.client, theirs.port);
  const { id, link } = await invite('support');
  await arrived(theirs, link);
  expect((await open(link)).status).toBe(200);
  // The owner made it, and dominates everybody: it is the reader of the mail who does not.
  const answer = await app.owner.call('administrators.update', { id, seen, roleId: SUPER });
  expect(answer).toMatchObject({ needsNewLink: true });
  expect((await open(link)).refusal).toEqual({ code: 'auth/invitation' });
});

test('[ACC-2] what waits in the queue is judged when it is sent, by who set the server then', async () => {
  await setUp(app.owner, await freePort());
  const { link, mailed } = await invite(SUPER);
  expect(mailed).toBe(true);
  const to = address();
  const row = async () =>
    (
      await state.sql<{ problem: string | null; sent_at: Date | null }[]>`
      select problem, sent_at from mails where address = ${to}`
    )[0];
  await until(async () => ((await row())?.problem ?? null) !== null, 'the first try failed');
  await setUp(ada.client, theirs.port);
  const held = async () => {
    await state.sql`update mails set next_at = now() where address = ${to}`;
    return (await row())?.problem?.startsWith('Its link is held back') ?? false;
  };
  await until(held, 'held back');
  expect(theirs.mails.filter((mail) => mail.to.includes(to))).toEqual([]);
  // A Super Administrator who saves the same server answers for it, and for whoever set it before.
  await setUp(app.owner, theirs.port);
  const sent = async () => {
    // Again and again: a try that began before may still be about to say when the next one is due.
    await state.sql`update mails set next_at = now() where address = ${to}`;
    return (await row())?.sent_at !== null;
  };
  await until(sent, 'sent');
  await arrived(theirs, link, to);
});

test('[ACC-2] a Super Administrator who changes one field does not answer for the others', async () => {
  await setUp(app.owner, old.port);
  await setUp(ada.client, theirs.port);
  await app.owner.call('settings.update', { seen, mail: { from: 'other@northwind.example' } });
  expect((await invite(SUPER)).mailed).toBe(false);
  await setUp(app.owner, theirs.port);
  expect((await invite(SUPER)).mailed).toBe(true);
});

test('[OWN-3] the owner and every Super Administrator hear of another mail server, through the one before', async () => {
  await setUp(app.owner, old.port);
  old.mails.length = 0;
  const simon = await app.person('Simon Super', SUPER);
  await setUp(ada.client, theirs.port);
  const words = 'Ada Admin changed the mail server';
  await arrived(old, words, 'maya@northwind.example');
  await arrived(old, words, simon.email);
  expect(theirs.mails.filter((mail) => readableText(mail).includes(words))).toEqual([]);
  const { notices } = await simon.client.call<{ notices: { kind: string; data: object }[] }>('me.get');
  expect(notices.find(({ kind }) => kind === 'mail-server-changed')?.data).toEqual({
    by: 'Ada Admin',
    from: `127.0.0.1:${old.port}`,
    to: `127.0.0.1:${theirs.port}`
  });
});

test('[SET-1] the test of the settings tells nothing of what is no mail server, and knocks at no other port', async () => {
  await using plain = await startTestConsole({ env: { MAIL_PORTS: '2526' } });
  const refused = await plain.owner.call<{ refused: { field: string }[] }>('settings.update', {
    seen,
    mail: server(22)
  });
  expect(refused.refused.map(({ field }) => field)).toEqual(['mail.port']);
  await plain.owner.call('settings.update', { seen, mail: server(2526) });
  expect(await plain.owner.call('settings.testMail', { to: 'me@northwind.example' })).toEqual({
    sent: false,
    said: 'No mail server answered at this address and port.'
  });
});

test('[OWN-3] a server of before that never answers holds up no other mail', async () => {
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  try {
    // To and fro: everybody who hears of it does through the silent server, and each try there takes ten seconds.
    for (let turn = 0; turn < 4; turn++) {
      await setUp(ada.client, port);
      await setUp(ada.client, theirs.port);
    }
    await until(() => sockets.size > 0, 'a mail is at the silent server');
    const { link } = await invite('support');
    await arrived(theirs, link);
  } finally {
    sockets.forEach((socket) => socket.destroy());
    silent.close();
  }
});

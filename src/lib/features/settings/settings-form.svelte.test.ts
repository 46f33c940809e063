import { beforeEach, expect, test, vi } from 'vitest';
import type { RefusedPart } from '$lib/core/roles/roles';
import { SETTINGS_SECTIONS, SHIPPED_SETTINGS, type Settings } from '$lib/core/settings/settings';
import { testOutbox, type SentRequest } from '../../../../tests/support/outbox';
import { api } from '$lib/client/api/api';
import { restoreSection, sectionDraft } from './settings-drafts';
import { SettingsForm, type SettingConflict } from './settings-form.svelte';
import { CAPS_SHAPE, MAIL_SHAPE, PASSWORDS_SHAPE, SESSIONS_SHAPE, TWO_FACTOR_SHAPE } from './settings-shapes';

type Update = typeof api.settings.update.mutate;

vi.mock('$lib/client/api/api', () => ({
  api: { settings: { update: { mutate: vi.fn() } } },
  isConnectionFault: (error: unknown) => error === 'lost',
  refusalOf: () => null
}));

// What is sent at once, past the outbox.
const mutate = vi.mocked(api.settings.update.mutate as Update);
beforeEach(() => {
  mutate.mockReset().mockResolvedValue({ versions: {}, refused: [] });
});

type Say = (asked: SentRequest) => RefusedPart[];

/** A server that lands what it does not refuse as version 4. */
const serve = (say: Say, { online = true } = {}) =>
  testOutbox(
    (asked) => {
      const versions = Object.fromEntries(SETTINGS_SECTIONS.map((section) => [section, 4]));
      return { is: 'answer', answer: { versions, refused: say(asked) } };
    },
    { online }
  );

const VALUES = { idleMinutes: 60, absoluteHours: 12, tellSignInAs: true };
function sessions(say: Say = () => [], options: { online?: boolean } = {}) {
  const world = serve(say, options);
  const reload = vi.fn(() => Promise.resolve());
  const form = new SettingsForm(SESSIONS_SHAPE, VALUES, { outbox: world.outbox, reload });
  form.take(VALUES, 3);
  return { ...world, form, reload };
}

const twice = (field: string, yours: number, theirs: number): RefusedPart => ({
  ...{ code: 'conflict/changed-since', field, yours, theirs },
  ...{ by: 'Tomás Reyes', at: '2026-01-01T00:00:00.000Z', version: 4 }
});

test('[SET-1] sends only what was changed, with the version that was on screen', async () => {
  const { form, sent, reload } = sessions();
  expect(form.dirty).toBe(false);
  expect(await form.save('Sessions')).toBe('nothing');
  form.draft.idleMinutes = ' 20 ';
  expect(form.dirty).toBe(true);
  expect(await form.save('Sessions')).toBe('saved');
  expect(sent).toMatchObject([
    { procedure: 'settings.update', input: { seen: 3, sessions: { idleMinutes: 20 } } }
  ]);
  expect(Object.keys(sent[0]!.input).sort()).toEqual(['op', 'seen', 'sessions']);
  expect(reload).toHaveBeenCalledOnce();
  expect(form.dirty).toBe(false);
});

test('[LIV-4] what landed is shown until the server’s own word holds it, not an older one', async () => {
  const { form, outbox } = sessions();
  form.draft.idleMinutes = '20';
  expect(await form.save('Sessions')).toBe('saved');
  form.take(VALUES, 3);
  expect(form.draft.idleMinutes).toBe('20');
  form.take({ ...VALUES, idleMinutes: 20 }, 4);
  expect([form.draft.idleMinutes, outbox.records]).toEqual(['20', []]);
});

test('[UX-4] what cannot be read is told at its field and nothing is sent', async () => {
  const { form, sent } = sessions();
  form.draft.idleMinutes = '4';
  form.draft.absoluteHours = 'long';
  expect(await form.save('Sessions')).toBe('wrong');
  expect(form.problem('idleMinutes')).toBe('Enter a whole number from 5 to 60.');
  expect(form.problem('absoluteHours')).toBe('Enter a whole number from 1 to 24.');
  form.changed('idleMinutes');
  expect(form.problem('idleMinutes')).toBeNull();
  expect(sent).toEqual([]);
});

test('[LIV-4] without a connection it is kept, shown, and sent when there is one', async () => {
  vi.useFakeTimers();
  try {
    const { form, outbox, sent, connect } = sessions(() => [], { online: false });
    form.draft.idleMinutes = '20';
    const saved = form.save('Sessions');
    expect([form.draft.idleMinutes, form.dirty, form.pending]).toEqual(['20', false, 1]);
    await vi.advanceTimersByTimeAsync(1);
    expect(form.saving).toBe(false);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await saved).toBe('kept');
    expect(sent).toEqual([]);
    // What the server says meanwhile does not hide it; back to what is in force leaves no trace of it.
    form.take({ idleMinutes: 45, absoluteHours: 8, tellSignInAs: true }, 4);
    expect(form.draft).toEqual({ idleMinutes: '20', absoluteHours: '8', tellSignInAs: true });
    form.draft.idleMinutes = '45';
    void form.save('Sessions');
    await vi.advanceTimersByTimeAsync(100);
    expect(outbox.pending).toEqual([]);
    form.draft.idleMinutes = '30';
    void form.save('Sessions');
    connect();
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent).toMatchObject([{ input: { sessions: { idleMinutes: 30 } } }]);
    expect([form.pending, form.draft.idleMinutes]).toEqual([0, '30']);
    form.take({ idleMinutes: 30, absoluteHours: 8, tellSignInAs: true }, 5);
    expect(outbox.records).toEqual([]);
  } finally {
    vi.useRealTimers();
  }
});

test('[LIV-7] what others change appears where nothing was touched; what was touched keeps its version', async () => {
  const { form, sent, outbox } = sessions(({ input }) =>
    input['seen'] === 3 ? [twice('sessions.idleMinutes', 20, 45)] : []
  );
  form.draft.idleMinutes = '20';
  form.take({ idleMinutes: 45, absoluteHours: 8, tellSignInAs: true }, 4);
  expect(form.draft).toEqual({ idleMinutes: '20', absoluteHours: '8', tellSignInAs: true });
  expect(await form.save('Sessions')).toBe('refused');
  expect(form.refused).toMatchObject([{ stage: { reason: { yours: 20, theirs: 45 } } }]);
  expect(form.draft.idleMinutes).toBe('45');
  outbox.askAgain(form.refused[0]!.n);
  await vi.waitFor(
    () => expect(sent[1]?.input).toMatchObject({ seen: 4, sessions: { idleMinutes: 20 } }),
    20_000
  );
  expect(form.refused).toEqual([]);
  expect(form.draft.idleMinutes).toBe('20');
});

test('[LIV-7] keeping theirs leaves nothing to save', async () => {
  const { form, outbox } = sessions(() => [twice('sessions.idleMinutes', 20, 45)]);
  form.draft.idleMinutes = '20';
  form.take({ idleMinutes: 45, absoluteHours: 12, tellSignInAs: true }, 4);
  await form.save('Sessions');
  outbox.yieldPart(form.refused[0]!.n, 'idleMinutes');
  expect(form.draft.idleMinutes).toBe('45');
  expect([form.dirty, outbox.records]).toEqual([false, []]);
});

test('[UX-4] what the server cannot take comes back into its fields, with its words at one of them', async () => {
  const message = 'With a second factor a password may be shorter, not longer: at most 16.';
  const { outbox } = serve(({ input }) => {
    const asked = input['passwords'] as Settings['passwords'];
    return asked.minLengthWith2fa > 16
      ? [{ code: 'input/invalid', field: 'passwords.minLengthWith2fa', message }]
      : [];
  });
  const values = { minLength: 15, minLengthWith2fa: 10 };
  const form = new SettingsForm(PASSWORDS_SHAPE, values, { outbox, reload: () => Promise.resolve() });
  form.take(values, 3);
  form.draft.minLength = '16';
  form.draft.minLengthWith2fa = '20';
  expect(await form.save('Passwords')).toBe('wrong');
  expect(form.draft).toEqual({ minLength: '16', minLengthWith2fa: '20' });
  expect([form.problem('minLengthWith2fa'), form.refused]).toEqual([message, []]);
  form.draft.minLengthWith2fa = '12';
  form.changed('minLengthWith2fa');
  expect([form.problem('minLengthWith2fa'), outbox.refused]).toEqual([null, []]);
  expect(await form.save('Passwords')).toBe('saved');
});

const OFFLINE = { online: false };
const invalid = (field: string): RefusedPart => ({ code: 'input/invalid', field, message: 'Not like this.' });

test('[UX-4] what was refused before the form was there comes back into it', async () => {
  const { outbox } = serve(() => [invalid('sessions.idleMinutes')]);
  await outbox.save('settings:sessions', 'Sessions', [
    { key: 'idleMinutes', value: 20, committed: 60, seen: 2 },
    { key: 'absoluteHours', value: 8, committed: 12, seen: 3 }
  ]);
  const form = new SettingsForm(SESSIONS_SHAPE, VALUES, { outbox, reload: () => Promise.resolve() });
  outbox.discard(
    outbox.refused.find(({ change }) => 'absoluteHours' in (change as { parts: object }).parts)?.n ?? -1
  );
  form.take(VALUES, 3);
  expect(form.draft.idleMinutes).toBe('20');
  expect([form.dirty, form.problem('idleMinutes')]).toEqual([true, 'Not like this.']);
});

test('[UX-4] what was typed since is newer than what comes back', async () => {
  vi.useFakeTimers();
  try {
    const { form, sent, connect } = sessions(() => [invalid('sessions.idleMinutes')], OFFLINE);
    form.draft.idleMinutes = '20';
    void form.save('Sessions');
    form.draft.idleMinutes = '33';
    connect();
    await vi.advanceTimersByTimeAsync(5000);
    expect(sent).toHaveLength(1);
    expect(form.draft.idleMinutes).toBe('33');
  } finally {
    vi.useRealTimers();
  }
});

test('[LIV-7] of what went with a password each field that was changed twice shows both values', async () => {
  const { form } = mail();
  form.take({ ...MAIL, passwordSet: false }, 3);
  form.draft.password = 'secret';
  form.draft.host = 'mine.example';
  form.draft.user = 'mine';
  const conflict = (field: string, yours: string, theirs: string, version: number): SettingConflict => ({
    ...{ field, yours, theirs, by: 'Tom', at: '2026-11-22T00:00:00.000Z', version },
    code: 'conflict/changed-since'
  });
  mutate.mockResolvedValueOnce({
    versions: {},
    refused: [
      conflict('mail.host', 'mine.example', 'theirs.example', 4),
      conflict('mail.user', 'mine', 'theirs', 5)
    ]
  });
  expect(await form.save('Mail')).toBe('wrong');
  form.take({ ...MAIL, host: 'theirs.example', user: 'theirs', passwordSet: false }, 5);
  expect(form.conflicts).toMatchObject([{ field: 'mail.host' }, { field: 'mail.user' }]);
  form.choose(form.conflicts[0]!, 'yours');
  form.choose(form.conflicts[0]!, 'theirs');
  expect(form.draft).toMatchObject({ host: 'mine.example', user: 'theirs', password: 'secret' });
  expect(await form.save('Mail')).toBe('saved');
  expect(mutate.mock.lastCall![0]).toMatchObject({
    seen: 5,
    mail: { host: 'mine.example', password: 'secret' }
  });
});

test('what is saved is shown as it is written: a number by thousands', async () => {
  const { outbox } = serve(() => []);
  const caps = {
    hourly: 'unlimited',
    daily: 'unlimited',
    monthly: 'unlimited',
    threads: 'unlimited'
  } as const;
  const form = new SettingsForm(CAPS_SHAPE, caps, { outbox, reload: () => Promise.resolve() });
  form.take(caps, 3);
  form.draft.daily = { unlimited: false, text: '40000' };
  expect(await form.save('Platform caps')).toBe('saved');
  expect(form.draft.daily).toEqual({ unlimited: false, text: '40,000' });
  expect(form.dirty).toBe(false);
});

test('[SET-1] a limit that is switched off keeps its text, which counts for nothing until it is on again', async () => {
  const { outbox, sent } = serve(() => []);
  const caps = { hourly: 'unlimited', daily: 500, monthly: 'unlimited', threads: 'unlimited' } as const;
  const form = new SettingsForm(CAPS_SHAPE, caps, { outbox, reload: () => Promise.resolve() });
  form.take(caps, 3);
  form.draft.hourly = { unlimited: true, text: '7' };
  expect(form.dirty).toBe(false);
  form.draft.daily.unlimited = true;
  expect([form.changes, form.draft.daily.text]).toEqual([1, '500']);
  form.draft.daily.unlimited = false;
  expect(form.dirty).toBe(false);
  form.draft.daily.unlimited = true;
  expect(await form.save('Platform caps')).toBe('saved');
  expect(sent).toMatchObject([{ input: { caps: { daily: 'unlimited' } } }]);
});

const MAIL = { host: 'localhost', port: 25, security: 'none', user: '', from: 'a@example.com' } as const;
function mail() {
  const world = serve(() => []);
  const ports = { outbox: world.outbox, reload: () => Promise.resolve() };
  return { ...world, form: new SettingsForm(MAIL_SHAPE, { ...MAIL, passwordSet: false }, ports) };
}

test('[LIV-4] a password never waits on the device; it leaves the form once it was saved', async () => {
  const { form, outbox, sent } = mail();
  form.draft.password = 'secret';
  form.draft.user = 'robot';
  expect(await form.save('Mail')).toBe('saved');
  expect(mutate.mock.calls[0]![0]).toMatchObject({ mail: { password: 'secret', user: 'robot' } });
  expect(form.draft.password).toBe('');
  expect([outbox.records, sent]).toEqual([[], []]);
  // Without one it waits as everything does.
  form.draft.user = 'another';
  expect(await form.save('Mail')).toBe('saved');
  expect(sent).toMatchObject([{ input: { mail: { user: 'another' } } }]);
  expect(mutate).toHaveBeenCalledOnce();
});

test('[LIV-4] after a lost answer the same password is the same operation, another one another', async () => {
  const { form } = mail();
  form.draft.password = 'secret';
  mutate.mockRejectedValueOnce('lost').mockRejectedValueOnce('lost');
  expect(await form.save('Mail')).toBe('unknown');
  await form.save('Mail');
  form.draft.password = 'another secret';
  await form.save('Mail');
  const ops = mutate.mock.calls.map(([input]) => input.op);
  expect(ops[1]).toBe(ops[0]);
  expect(ops[2]).not.toBe(ops[0]);
});

test('[AUT-2] a rule from a date on needs its date', async () => {
  const { outbox, sent } = serve(() => []);
  const ports = { outbox, reload: () => Promise.resolve() };
  const rule = new SettingsForm(TWO_FACTOR_SHAPE, { required: false, from: null }, ports);
  rule.draft.required = true;
  rule.draft.from = '';
  expect(await rule.save('Two-factor sign-in')).toBe('wrong');
  expect(rule.problem('from')).toBe('Choose a date.');
  rule.draft.from = '2027-03-01T09:00';
  expect(await rule.save('Two-factor sign-in')).toBe('saved');
  expect(sent).toMatchObject([
    { input: { twoFactor: { required: true, from: new Date('2027-03-01T09:00').toISOString() } } }
  ]);
});

test('[UX-4] what was typed when the session ended is back, without the password, on the version that was on screen', async () => {
  const { form: before } = sessions();
  expect(sectionDraft(before)).toBeNull();
  before.draft.idleMinutes = '2O';
  const draft = structuredClone(sectionDraft(before))!;
  expect(draft).toEqual({ typed: { idleMinutes: '2O' }, seen: 3 });

  const { form, sent } = sessions();
  form.take({ ...VALUES, absoluteHours: 8 }, 5);
  restoreSection(form, draft);
  expect([form.draft.idleMinutes, form.draft.absoluteHours, form.changes]).toEqual(['2O', '8', 1]);
  form.draft.idleMinutes = '20';
  await form.save('Sessions');
  expect(sent).toMatchObject([{ input: { seen: 3, sessions: { idleMinutes: 20 } } }]);

  const mail = { ...SHIPPED_SETTINGS.mail, host: 'mail.x.example' };
  const world = serve(() => []);
  const ports = { outbox: world.outbox, reload: () => Promise.resolve() };
  const mailForm = new SettingsForm(MAIL_SHAPE, mail, ports);
  mailForm.draft.password = 'secret';
  expect(sectionDraft(mailForm)).toBeNull();
});

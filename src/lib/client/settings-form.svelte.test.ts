import { beforeEach, expect, test, vi } from 'vitest';
import { api } from './api';
import { SettingsForm } from './settings-form.svelte';
import { MAIL_SHAPE, SESSIONS_SHAPE, TWO_FACTOR_SHAPE } from './settings-shapes';

type Update = typeof api.settings.update.mutate;

vi.mock('./api', () => ({
  api: { settings: { update: { mutate: vi.fn() } } },
  isConnectionFault: (error: unknown) => error === 'lost',
  refusalOf: () => null
}));

const mutate = vi.mocked(api.settings.update.mutate as Update);
const VALUES = { idleMinutes: 60, absoluteHours: 12 };
const reload = vi.fn(() => Promise.resolve());
const form = () => {
  const made = new SettingsForm(SESSIONS_SHAPE, VALUES, reload);
  made.take(VALUES, 3);
  return made;
};
beforeEach(() => {
  mutate.mockReset().mockResolvedValue({ versions: {}, refused: [] });
});

test('[SET-1] sends only what was changed, with the version that was on screen', async () => {
  const sessions = form();
  expect(sessions.dirty).toBe(false);
  expect(await sessions.save()).toBe('nothing');
  sessions.draft.idleMinutes = ' 20 ';
  expect(sessions.dirty).toBe(true);
  expect(await sessions.save()).toBe('saved');
  expect(mutate.mock.calls).toMatchObject([[{ seen: 3, sessions: { idleMinutes: 20 } }]]);
});

test('[UX-4] what cannot be read is told at its field and nothing is sent', async () => {
  const sessions = form();
  sessions.draft.idleMinutes = '4';
  sessions.draft.absoluteHours = 'long';
  expect(await sessions.save()).toBe('wrong');
  expect(sessions.problem('idleMinutes')).toBe('A whole number from 5 to 60.');
  expect(sessions.problem('absoluteHours')).toBe('A whole number from 1 to 24.');
  sessions.changed('idleMinutes');
  expect(sessions.problem('idleMinutes')).toBeNull();
  expect(mutate).not.toHaveBeenCalled();
});

test('[LIV-7] what others change appears where nothing was touched; what was touched keeps its version', async () => {
  const sessions = form();
  sessions.draft.idleMinutes = '20';
  sessions.take({ idleMinutes: 45, absoluteHours: 8 }, 4);
  expect(sessions.draft).toEqual({ idleMinutes: '20', absoluteHours: '8' });
  mutate.mockResolvedValueOnce({
    versions: {},
    refused: [
      {
        ...{ code: 'conflict/changed-since', field: 'sessions.idleMinutes', yours: 20, theirs: 45 },
        ...{ by: 'Tomás Reyes', at: '2026-01-01T00:00:00.000Z', version: 4 }
      } as const
    ]
  });
  expect(await sessions.save()).toBe('wrong');
  expect(mutate.mock.calls[0]![0].seen).toBe(3);
  expect(sessions.conflicts).toMatchObject([{ field: 'idleMinutes', yours: 20, theirs: 45 }]);
  expect(await sessions.useYours('idleMinutes')).toBe('saved');
  expect(mutate.mock.calls[1]![0].seen).toBe(4);
  expect(sessions.conflicts).toEqual([]);
});

test('[LIV-7] keeping theirs leaves nothing to save', () => {
  const sessions = form();
  sessions.draft.idleMinutes = '20';
  sessions.take({ idleMinutes: 45, absoluteHours: 12 }, 4);
  sessions.keepTheirs('idleMinutes');
  expect(sessions.draft.idleMinutes).toBe('45');
  expect(sessions.dirty).toBe(false);
});

test('[LIV-4] after a lost answer the same content is the same operation, other content another', async () => {
  const sessions = form();
  sessions.draft.idleMinutes = '20';
  mutate.mockRejectedValueOnce('lost');
  expect(await sessions.save()).toBe('unknown');
  await sessions.save();
  sessions.draft.idleMinutes = '30';
  await sessions.save();
  const ops = mutate.mock.calls.map(([input]) => input.op);
  expect(ops[1]).toBe(ops[0]);
  expect(ops[2]).not.toBe(ops[0]);
});

test('[LIV-4] a password leaves the form once it was saved', async () => {
  const values = { host: 'localhost', port: 25, security: 'none', user: '', from: 'a@example.com' } as const;
  const mail = new SettingsForm(MAIL_SHAPE, { ...values, passwordSet: false }, reload);
  mail.draft.password = 'secret';
  expect(await mail.save()).toBe('saved');
  expect(mutate.mock.calls[0]![0]).toMatchObject({ mail: { password: 'secret' } });
  expect(mail.draft.password).toBe('');
  expect(mail.dirty).toBe(false);
});

test('[AUT-2] a rule from a date on needs its date', async () => {
  const rule = new SettingsForm(TWO_FACTOR_SHAPE, { required: false, from: null }, reload);
  rule.draft.required = true;
  rule.draft.from = '';
  expect(await rule.save()).toBe('wrong');
  expect(rule.problem('from')).toBe('Choose a day.');
  rule.draft.from = '2027-03-01T09:00';
  expect(await rule.save()).toBe('saved');
  expect(mutate.mock.calls[0]![0]).toMatchObject({
    twoFactor: { required: true, from: new Date('2027-03-01T09:00').toISOString() }
  });
});

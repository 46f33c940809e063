import { expect, test, vi } from 'vitest';
import { SETTINGS_SECTIONS, SHIPPED_SETTINGS } from '$lib/core/settings/settings';
import { testOutbox } from '../../../../tests/support/outbox';
import { SettingsStore } from './settings-store.svelte';
import { SettingsChanges, titlesOf } from './settings-changes.svelte';

vi.mock('$lib/client/api/api', () => ({
  api: {
    settings: {
      get: {
        query: () =>
          Promise.resolve({
            ...SHIPPED_SETTINGS,
            versions: Object.fromEntries(SETTINGS_SECTIONS.map((section) => [section, 3])),
            may: Object.fromEntries(SETTINGS_SECTIONS.map((section) => [section, section !== 'keys'])),
            changed: {}
          })
      }
    }
  },
  isConnectionFault: () => false,
  refusalOf: () => null
}));

type Options = Parameters<typeof testOutbox>[1] & { offline?: boolean };

async function page(answer: Parameters<typeof testOutbox>[0], { offline = false, ...options }: Options = {}) {
  const world = testOutbox(answer, options);
  const memory = { keepSettings: () => Promise.resolve(), settings: () => Promise.resolve(null) };
  const board = new SettingsStore({ outbox: world.outbox, memory, can: () => true } as never);
  await board.load();
  const { forms } = board;
  const changes = new SettingsChanges({
    form: (section) => forms[section],
    may: (section) => board.may(section),
    offline: () => offline
  });
  return { ...world, forms, changes };
}

const landing = () => ({
  is: 'answer' as const,
  answer: { versions: Object.fromEntries(SETTINGS_SECTIONS.map((section) => [section, 4])), refused: [] }
});

test('[SET-1] counts the fields of all sections and saves each section as an operation of its own', async () => {
  const { forms, changes, sent } = await page(landing);
  expect([changes.count, changes.sections]).toEqual([0, []]);
  forms.sessions.draft.idleMinutes = '20';
  forms.sessions.draft.absoluteHours = '8';
  forms.passwords.draft.minLength = '16';
  expect([changes.count, changes.sections]).toEqual([3, ['passwords', 'sessions']]);
  const ended = await changes.save();
  expect(titlesOf(ended, 'saved')).toBe('Passwords, Sessions');
  expect(titlesOf(ended, 'wrong')).toBeNull();
  expect(sent).toHaveLength(2);
  expect(changes.count).toBe(0);
});

test('[UX-4] what cannot be read stays, and the other sections are saved', async () => {
  const { forms, changes, sent } = await page(landing);
  forms.sessions.draft.idleMinutes = 'long';
  forms.passwords.draft.minLength = '16';
  const ended = await changes.save();
  expect(ended.map(({ section, outcome }) => [section, outcome])).toEqual([
    ['passwords', 'saved'],
    ['sessions', 'wrong']
  ]);
  expect([changes.sections, sent.length]).toEqual([['sessions'], 1]);
  changes.discard();
  expect([changes.count, forms.sessions.draft.idleMinutes]).toEqual([
    0,
    String(SHIPPED_SETTINGS.sessions.idleMinutes)
  ]);
});

test('[AUT-4] a password that is not given leaves every change in its field', async () => {
  const { forms, changes } = await page(() => ({
    is: 'refused',
    refusal: { code: 'auth/reauthenticate' }
  }));
  forms.sessions.draft.idleMinutes = '20';
  forms.passwords.draft.minLength = '16';
  const ended = await changes.save();
  expect(titlesOf(ended, 'given-up')).toBe('Passwords, Sessions');
  expect([changes.count, forms.sessions.draft.idleMinutes]).toEqual([2, '20']);
});

test('[LIV-4] without a connection what goes with a password cannot be saved; the rest can', async () => {
  const { forms, changes } = await page(landing, { online: false, offline: true });
  forms.mail.draft.password = 'secret';
  expect([changes.held, changes.ready]).toEqual([['mail'], []]);
  forms.sessions.draft.idleMinutes = '20';
  expect([changes.ready, changes.count]).toEqual([['sessions'], 2]);
});

test('[ACC-7] what may no longer be changed is not sent, and can be taken back', async () => {
  const { forms, changes, sent } = await page(landing);
  forms.keys.draft.mostDays = '30';
  expect([changes.ready, changes.count]).toEqual([[], 1]);
  expect([await changes.save(), sent]).toEqual([[], []]);
  changes.discard();
  expect(changes.count).toBe(0);
});

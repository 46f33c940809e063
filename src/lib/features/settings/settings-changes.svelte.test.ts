import { expect, test, vi } from 'vitest';
import { SETTINGS_SECTIONS, SHIPPED_SETTINGS } from '$lib/core/settings/settings';
import { testOutbox } from '../../../../tests/support/outbox';
import { SettingsStore } from './settings-store.svelte';
import { endedToast, SettingsChanges, titlesOf } from './settings-changes.svelte';

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
  return { ...world, board, forms, changes };
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

test('[AUT-4] a password that is not given on a slow line loses nothing of five sections, and is asked for once', async () => {
  vi.useFakeTimers();
  try {
    const { outbox, forms, changes, sent, questions } = await page(async () => {
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      return { is: 'refused', refusal: { code: 'auth/reauthenticate' } };
    });
    forms.caps.draft.daily = { unlimited: false, text: '12' };
    forms.passwords.draft.minLength = '16';
    forms.sessions.draft.idleMinutes = '20';
    forms.alerts.draft.first = '51';
    forms.general.draft.timeZone = 'Europe/Berlin';
    const saved = changes.save();
    await vi.advanceTimersByTimeAsync(60_000);
    const ended = await saved;
    expect(ended.map(({ outcome }) => outcome)).toEqual(Array(5).fill('given-up'));
    expect(endedToast(ended, 'kept')).toEqual({
      message: 'Nothing was changed: this requires your password.'
    });
    expect([changes.count, forms.caps.draft.daily.text, forms.general.draft.timeZone]).toEqual([
      5,
      '12',
      'Europe/Berlin'
    ]);
    expect([sent.length, questions(), outbox.records]).toEqual([1, 1, []]);
  } finally {
    vi.useRealTimers();
  }
});

test('[AUT-4] a section is not said to be kept before the answer that its password is missing, however late', async () => {
  vi.useFakeTimers();
  try {
    const { outbox, forms, changes, questions } = await page(async () => {
      await new Promise((resolve) => setTimeout(resolve, 9_000));
      return { is: 'refused', refusal: { code: 'auth/reauthenticate' } };
    });
    forms.sessions.draft.idleMinutes = '20';
    const ended = vi.fn();
    void changes.save().then(ended);
    await vi.advanceTimersByTimeAsync(8_000);
    expect([ended.mock.calls, changes.saving]).toEqual([[], true]);
    await vi.advanceTimersByTimeAsync(8_000);
    expect(ended).toHaveBeenCalledExactlyOnceWith([
      { section: 'sessions', title: 'Sessions', outcome: 'given-up' }
    ]);
    expect([forms.sessions.draft.idleMinutes, changes.count]).toEqual(['20', 1]);
    expect([questions(), outbox.records]).toEqual([1, []]);
  } finally {
    vi.useRealTimers();
  }
});

test('[LIV-4] a section whose connection is lost while it is being sent is kept', async () => {
  vi.useFakeTimers();
  try {
    const { forms, changes } = await page(async () => {
      await new Promise((resolve) => setTimeout(resolve, 9_000));
      return { is: 'lost' };
    });
    forms.sessions.draft.idleMinutes = '20';
    const saved = changes.save();
    await vi.advanceTimersByTimeAsync(9_100);
    expect(changes.saving).toBe(false);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(titlesOf(await saved, 'kept')).toBe('Sessions');
  } finally {
    vi.useRealTimers();
  }
});

test('[LIV-4] without a connection every section is on the device at once', async () => {
  vi.useFakeTimers();
  try {
    const { outbox, forms, changes } = await page(landing, { online: false, offline: true });
    forms.passwords.draft.minLength = '16';
    forms.sessions.draft.idleMinutes = '20';
    const saved = changes.save();
    await vi.advanceTimersByTimeAsync(1);
    expect(outbox.pending).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(titlesOf(await saved, 'kept')).toBe('Passwords, Sessions');
  } finally {
    vi.useRealTimers();
  }
});

test('a fault of one section hides nothing of what became of the others', async () => {
  const heard = vi.fn();
  vi.stubGlobal('reportError', heard);
  try {
    const { forms, changes } = await page(landing);
    const fault = new Error('broken');
    vi.spyOn(forms.passwords, 'save').mockRejectedValue(fault);
    forms.passwords.draft.minLength = '16';
    forms.sessions.draft.idleMinutes = '20';
    expect((await changes.save()).map(({ outcome }) => outcome)).toEqual(['unknown', 'saved']);
    expect(heard.mock.calls).toEqual([[fault]]);
  } finally {
    vi.unstubAllGlobals();
  }
});

test('[UX-4] what was not saved is named first', () => {
  const of = (
    section: 'caps' | 'general' | 'mail',
    title: string,
    outcome: 'saved' | 'kept' | 'given-up'
  ) => {
    return { section, title, outcome };
  };
  const [saved, kept] = [of('general', 'General', 'saved'), of('caps', 'Caps', 'kept')];
  const givenUp = of('mail', 'Mail', 'given-up');
  expect(endedToast([saved, kept, givenUp], 'Kept.')).toEqual({
    message: 'Mail: not saved. This requires your password.'
  });
  expect(endedToast([saved, kept], 'Kept.')).toEqual({ message: 'Kept.' });
  expect(endedToast([saved], 'Kept.')).toEqual({ message: 'General: saved.', duration: 3000 });
  expect(endedToast([], 'Kept.')).toBeNull();
});

test('what was said of sending a mail password is forgotten with it', async () => {
  const { board, forms } = await page(landing);
  forms.mail.refusal = 'unknown';
  board.forgetSecrets();
  expect(forms.mail.refusal).toBe('unknown');
  forms.mail.draft.password = 'secret';
  board.forgetSecrets();
  expect([forms.mail.refusal, forms.mail.draft.password]).toEqual([null, '']);
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

import { expect, test, vi } from 'vitest';
import { testOutbox } from '../../../../tests/support/outbox';
import { api } from '$lib/client/api/api';
import { draftsOf } from '$lib/client/session/drafts';
import type { Session } from '$lib/client/session/session.svelte';
import { SETTINGS_SECTIONS, SHIPPED_SETTINGS } from '$lib/core/settings/settings';
import { settingsStoreOf } from './settings-store.svelte';

vi.mock('$lib/client/api/api', () => ({
  api: { settings: { get: { query: vi.fn() } } },
  isConnectionFault: () => false,
  refusalOf: () => null
}));

/** A session of somebody, as far as the settings look at one. */
function sessionOf(id: string): Session {
  const { outbox } = testOutbox(() => ({ is: 'answer', answer: {} }));
  const memory = { keepSettings: () => Promise.resolve(), settings: () => Promise.resolve(null) };
  return { me: { id }, outbox, memory, can: () => true } as unknown as Session;
}

test('[UX-4] settings typed when the session ended are back once the server has said what is in force', async () => {
  const versions = Object.fromEntries(SETTINGS_SECTIONS.map((section) => [section, 3]));
  vi.mocked(api.settings.get.query).mockResolvedValue({
    ...{ ...SHIPPED_SETTINGS, versions, may: {}, changed: {} }
  } as never);
  const before = settingsStoreOf(sessionOf('ana'));
  await before.load();
  before.forms.sessions.draft.idleMinutes = '20';
  before.forms.mail.draft.password = 'secret';
  draftsOf('ana').keep();

  const again = settingsStoreOf(sessionOf('ana'));
  expect(again.forms.sessions.changes).toBe(0);
  await again.load();
  expect([again.forms.sessions.draft.idleMinutes, again.forms.sessions.changes]).toEqual(['20', 1]);
  expect(again.forms.mail.changes).toBe(0);
  // Once: what is asked again later puts nothing back.
  again.forms.sessions.discard();
  await again.load();
  expect(again.forms.sessions.changes).toBe(0);
});

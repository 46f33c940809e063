import { describe, expect, test } from 'vitest';
import type { LogEntry } from '$lib/shared/indexes/live-feed.svelte';
import { feedView, outcomeOf } from './feed-view';

const entry: LogEntry = {
  id: 7,
  at: '2026-11-22T05:00:01.000000Z',
  actor: { id: 'p1', name: 'Priya Nair' },
  action: 'auth.sign_in',
  target: { type: 'session', id: 's', name: null },
  outcome: 'success',
  ip: '203.0.113.24',
  summary: 'Signed in',
  detail: 'Password · Firefox on macOS'
};
const options = { colourOf: (id: string | null) => (id === 'p1' ? 4 : null), linked: true };

describe('an entry in the feed', () => {
  test.each([
    ['auth.sign_in', 'success', 'ok'],
    ['auth.sign_in_failed', 'denied', 'failed'],
    ['auth.second_factor_failed', 'denied', 'failed'],
    ['auth.sign_out', 'success', 'ended'],
    ['role.edited', 'success', 'security'],
    ['role.edited', 'denied', 'denied'],
    ['access.denied', 'denied', 'denied'],
    ['role.edited', 'error', 'failed']
  ] as const)('an entry of %s, %s looks %s', (action, outcome, look) =>
    expect(outcomeOf({ action, outcome })).toBe(look)
  );

  test('leads to the person, in their colour', () =>
    expect(feedView(entry, options)).toMatchObject({
      id: '7',
      href: '/administrators/p1',
      actor: { name: 'Priya Nair', known: true, colour: 4 }
    }));

  test('an entry in the feed tells what it was about apart from the device', () => {
    expect(feedView(entry, options)).toMatchObject({ details: 'Password', device: 'Firefox on macOS' });
    const bare = feedView({ ...entry, detail: 'Ivy Chen, Support' }, options);
    expect([bare.details, bare.device]).toEqual(['Ivy Chen, Support', undefined]);
  });

  test('an entry in the feed of nobody known leads nowhere', () => {
    const view = feedView({ ...entry, actor: { id: null, name: 'root@x.example' } }, options);
    expect(view.href).toBeUndefined();
    expect(view.actor).toEqual({ id: null, name: 'root@x.example', known: false, colour: null });
  });

  test.each(['user', 'application'] as const)(
    'an entry in the feed of a %s leads to no administrator',
    (type) => expect(feedView({ ...entry, actor: { ...entry.actor, type } }, options).href).toBeUndefined()
  );

  test('leads nowhere for those who may not see people', () =>
    expect(feedView(entry, { ...options, linked: false }).href).toBeUndefined());
});

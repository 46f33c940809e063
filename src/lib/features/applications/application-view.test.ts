import { expect, test } from 'vitest';
import { keyFact, keysAtAGlance, worthALook } from './application-view';
import type { Application, ApplicationKey } from './applications.svelte';

const DAY_MS = 86_400_000;
const NOW = new Date('2026-11-29T12:00:00.000Z');
const at = (days: number) => new Date(NOW.getTime() + days * DAY_MS).toISOString();
const key = (change: Partial<ApplicationKey>): ApplicationKey => ({
  id: 'a',
  name: 'Key',
  prefix: 'rck_live_Ab3dEf6hIj9l',
  last4: 'stuv',
  createdAt: at(-10),
  madeBy: 'Maya',
  expiresAt: at(80),
  retiresAt: null,
  replacedBy: null,
  lastUsedAt: null,
  lastUsedFrom: null,
  state: 'active',
  ...change
});

test('[APP-3] [APP-2] a list shows the keys that work, the last use of any, and when the first that stays expires', () => {
  const glance = keysAtAGlance(
    {
      keys: [
        key({ id: 'new', expiresAt: at(90) }),
        key({
          id: 'old',
          retiresAt: at(1),
          expiresAt: at(2),
          lastUsedAt: at(-0.01),
          lastUsedFrom: '10.0.0.7'
        }),
        key({ id: 'other', expiresAt: at(20), lastUsedAt: at(-3), lastUsedFrom: '10.0.0.8' }),
        key({ id: 'revoked', state: 'revoked', expiresAt: at(3) })
      ]
    },
    NOW
  );
  expect(glance.working.map(({ id, now }) => [id, now])).toEqual([
    ['new', 'active'],
    ['old', 'replaced'],
    ['other', 'active']
  ]);
  expect(glance.lastUse).toEqual({ at: at(-0.01), from: '10.0.0.7' });
  expect(glance.expiresAt).toBe(at(20));
});

test('[LIV-3] a device does not know when a key was used, and says neither when nor never', () => {
  expect(keysAtAGlance({ keys: [key({ lastUsedAt: undefined })] }, NOW).lastUse).toBeUndefined();
  expect(keysAtAGlance({ keys: [key({})] }, NOW).lastUse).toBeNull();
  expect(keysAtAGlance({ keys: [] }, NOW)).toEqual({ working: [], lastUse: null, expiresAt: null });
});

test('[APP-2] [APP-3] where there is room for one thing, it is what somebody has to do something about', () => {
  const fact = (...keys: ApplicationKey[]) => keyFact(keysAtAGlance({ keys }, NOW), NOW);
  const used = key({ lastUsedAt: at(-1) });
  expect(fact()).toBe('none');
  expect(fact(key({ state: 'revoked' }))).toBe('none');
  expect(fact(key({}))).toBe('unused');
  expect(fact(used)).toBe('used');
  expect(fact(key({ lastUsedAt: undefined }))).toBeNull();
  expect(fact(used, key({ id: 'b', expiresAt: at(1) }))).toBe('ends-soon');
  expect(fact(key({ id: 'b', expiresAt: at(1) }), key({ id: 'c', retiresAt: at(1) }))).toBe('replaced');
});

test('[APP-2] [APP-3] [APP-4] worth a look is what somebody has to do something about, and nothing that was done on purpose', () => {
  const used = key({ lastUsedAt: at(-1) });
  const look = (change: Partial<Application>) =>
    worthALook({ status: 'active', stewardlessUntil: null, keys: [used], ...change } as Application, NOW);
  expect(look({})).toBeNull();
  expect(look({ stewardlessUntil: at(20), keys: [] })).toBe('nobody-answers');
  expect(look({ keys: [] })).toBe('no-key');
  expect(look({ keys: [used, key({ id: 'b', retiresAt: at(1) })] })).toBe('replaced');
  expect(look({ keys: [key({ lastUsedAt: at(-1), expiresAt: at(13) })] })).toBe('ends-soon');
  expect(look({ keys: [key({ createdAt: at(-200), lastUsedAt: at(-91) })] })).toBe('unused');
  expect(look({ keys: [key({ createdAt: at(-91) })] })).toBe('unused');
  expect(look({ keys: [key({ createdAt: at(-89) })] })).toBeNull();
  expect(look({ keys: [key({ createdAt: at(-200), lastUsedAt: undefined })] })).toBeNull();
  expect(look({ status: 'suspended', keys: [] })).toBeNull();
});

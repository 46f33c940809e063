import { expect, test } from 'vitest';
import { inheritAll, type PlatformCaps } from '../quotas/caps';
import { inheritCounts, unlimitedCounts } from './counts';
import { NAMED, previewCaps, previewCounts, type PackageUser } from './preview';

const platform: PlatformCaps = { hourly: 1000, daily: 50_000, monthly: 'unlimited', threads: 32 };
const growth = { ...inheritAll(), daily: 30_000 };
const user = (name: string, change: Partial<PackageUser> = {}): PackageUser => ({
  ...{ id: name, name, caps: inheritAll(), counts: inheritCounts(), used: null },
  ...change
});
const used = (daily: number) => ({ hourly: 0, daily, monthly: daily, threads: 0 });
const users = [
  user('Halden', { used: used(10) }),
  user('Lumen', { caps: { ...inheritAll(), daily: 45_000 }, used: used(44_000) }),
  user('Orchard', { used: used(25_001) }),
  user('Vela', { used: used(29_000) })
];

test('[TEN-2] a lower cap says whom it reaches, who keeps an own one, and who is over', () => {
  expect(
    previewCaps({ platform, caps: growth, showsPlatform: true, named: NAMED }, { daily: 25_000 }, users)
  ).toEqual([
    {
      ...{ id: 'daily', from: 30_000, to: 25_000 },
      affected: {
        count: 3,
        first: [users[0], users[2], users[3]].map((each) => ({ id: each!.id, name: each!.name }))
      },
      keep: { count: 1, first: [{ id: 'Lumen', name: 'Lumen' }] },
      over: {
        count: 2,
        first: [
          { id: 'Vela', name: 'Vela', used: 29_000 },
          { id: 'Orchard', name: 'Orchard', used: 25_001 }
        ]
      }
    }
  ]);
});

test('[TEN-2] what comes to the same is no change, and the platform’s own value is told to those who may see it', () => {
  const given = { platform, caps: growth, showsPlatform: false, named: NAMED };
  expect(previewCaps(given, { daily: 30_000, hourly: 1000, threads: 'unlimited' }, users)).toEqual([]);
  expect(previewCaps(given, { daily: 'unlimited', hourly: 500 }, users)).toMatchObject([
    { id: 'hourly', from: null, to: 500, over: { count: 0 } },
    { id: 'daily', from: 30_000, to: null, over: { count: 0 } }
  ]);
});

test('[TEN-2] counts say whom they reach', () => {
  const own = user('Own', { counts: { ...inheritCounts(), keys: 3 } });
  expect(
    previewCounts({ counts: unlimitedCounts(), named: NAMED }, { keys: 5, contacts: 'unlimited' }, [
      ...users,
      own
    ])
  ).toMatchObject([{ id: 'keys', from: 'unlimited', to: 5, affected: { count: 4 }, keep: { count: 1 } }]);
});

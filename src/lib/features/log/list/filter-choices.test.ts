import { describe, expect, test } from 'vitest';
import { AUDIT_ACTIONS } from '$lib/core/log/actions';
import { NO_FILTER } from './log-query';
import { actionChoices, actionLabel } from '$lib/core/wording/actions';
import { fieldName } from '$lib/core/wording/fields';
import { anyWords, isDifference, shortWords, valueWords } from '$lib/shared/feed/change-words';
import { filterChips } from './filter-choices';

const names = {
  person: () => 'Priya Nair',
  action: actionLabel,
  target: () => null,
  permission: () => 'Contacts › Export'
};

describe('[LOG-4] filters that are set', () => {
  test('each have a chip that takes them away', () => {
    const filter = {
      ...NO_FILTER,
      actor: 'p1',
      action: 'role.edited',
      target: '0190c0de-0000-7000-8000-000000000001',
      outcome: 'denied' as const,
      ip: '203.0.113.9',
      permission: 'audience.contacts.export',
      period: 'week' as const
    };
    const chips = filterChips(filter, names);
    expect(chips.map(({ label }) => label)).toEqual([
      'By Priya Nair',
      'Edited role',
      'About 0190c0de…',
      'Failed or denied',
      'Contacts › Export',
      'From 203.0.113.9',
      'Last 7 days'
    ]);
    expect(Object.assign({ ...filter }, ...chips.map(({ without }) => without))).toEqual(NO_FILTER);
  });

  test('a stretch of time is one chip', () => {
    const chips = filterChips(
      { ...NO_FILTER, from: '2026-11-01T00:00:00.000Z', to: '2026-11-08T00:00:00.000Z' },
      names
    );
    expect(chips).toHaveLength(1);
    expect(chips[0]!.without).toEqual({ from: null, to: null, period: null });
  });
});

test('every activity has words, and is offered in its view', () => {
  const offered = [...actionChoices('authentication'), ...actionChoices('activity')];
  expect(new Set(offered.map(({ value }) => value))).toEqual(new Set(Object.keys(AUDIT_ACTIONS)));
  expect(new Set(offered.map(({ label }) => label)).size).toBe(offered.length);
  expect(actionLabel('of.a.later.version')).toBe('of.a.later.version');
});

describe('[LOG-2] before and after', () => {
  test.each([
    [null, ''],
    [12_000, (12_000).toLocaleString()],
    [true, 'yes'],
    [['a', 'b'], 'A, B'],
    ['a', 'A']
  ])('%j', (value, words) => expect(valueWords('name', value, (id) => id.toUpperCase())).toBe(words));

  test('a route for any method or host says so, and no sign', () => {
    expect(valueWords('method', '*')).toBe('Any method');
    expect(shortWords('host', '*')).toBe('Any host');
    expect(valueWords('method', 'GET')).toBe('GET');
    expect([anyWords('method', '*'), anyWords('method', 'GET'), anyWords('path', '*')]).toEqual([
      'Any method',
      null,
      null
    ]);
  });

  test('what was ticked and unticked is no before and after', () => {
    expect(isDifference('permissions', ['a'], ['b'])).toBe(true);
    expect(isDifference('networks', ['a'], ['b'])).toBe(false);
    expect(fieldName('caps.daily')).toBe('Daily limit');
  });
});

test('[LOG-4] in a row, keys and versions of the database are short, and no path of the program', () => {
  expect(shortWords('vkey', 'rolecall/d0670000-0000+3282b19c2e9d91+AbCd')).toBe('…2e9d91');
  expect(shortWords('structure', '0013_applications')).toBe('version 13');
  expect(shortWords('name', 'Support')).toBe('Support');
});

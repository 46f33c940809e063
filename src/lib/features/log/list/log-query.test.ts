import { describe, expect, test } from 'vitest';
import { isFiltered, logInput, logQueryFormat, NO_FILTER, type LogQuery } from './log-query';

const NOW = Date.parse('2026-11-22T12:00:00.000Z');
const PERSON = '0190c0de-0000-7000-8000-000000000001';
const read = (query: string) => logQueryFormat.parse(new URLSearchParams(query));

describe('[LOG-4] a filter in the address', () => {
  test('a filter in the address comes back as it went in', () => {
    const query: LogQuery = {
      search: 'night shift',
      outcome: 'denied',
      period: null,
      from: '2026-11-01T00:00:00.000Z',
      to: '2026-11-08T00:00:00.000Z',
      actor: PERSON,
      action: 'role.edited',
      target: 'support',
      ip: '2001:db8::1',
      permission: 'audience.contacts.export',
      entry: 4711
    };
    expect(logQueryFormat.parse(logQueryFormat.format(query))).toEqual(query);
  });

  test('the address of a plain page holds no filter', () => {
    expect(logQueryFormat.format({ ...NO_FILTER, entry: null }).toString()).toBe('');
    expect(isFiltered(NO_FILTER)).toBe(false);
  });

  test('a filter in an address of an older version still works', () =>
    expect(read(`search=priya&outcome=success&period=week&actor=${PERSON}`)).toEqual({
      ...NO_FILTER,
      search: 'priya',
      outcome: 'success',
      period: 'week',
      actor: PERSON,
      entry: null
    }));

  test('that makes no sense is left out', () =>
    expect(read('outcome=maybe&period=eon&from=soon&to=&actor=me&entry=-1&ip=%00')).toEqual({
      ...NO_FILTER,
      entry: null
    }));
});

describe('what is asked of the server', () => {
  test('a period of the log’s filter ends now', () =>
    expect(logInput('activity', { ...NO_FILTER, period: 'hour' }, NOW)).toEqual({
      view: 'activity',
      from: '2026-11-22T11:00:00.000Z'
    }));

  test('a chosen stretch of time goes before a period', () =>
    expect(
      logInput('activity', { ...NO_FILTER, period: 'hour', to: '2026-11-01T00:00:00.000Z' }, NOW)
    ).toEqual({
      view: 'activity',
      to: '2026-11-01T00:00:00.000Z'
    }));

  test('the open entry is not part of it', () =>
    expect(logInput('authentication', { ...read('entry=7&ip=203.0.113.9') }, NOW)).toEqual({
      view: 'authentication',
      ip: '203.0.113.9'
    }));
});

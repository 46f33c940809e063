import { expect, test } from 'vitest';
import { firstCall } from './first-call';

const KEY = 'rck_live_Ab3dEf6hIj9l_0123456789ABCDEFGHIJKLMNOPQRSTuv123456';
const listed = (prefix: string, lastUsedAt: string | null | undefined) => [
  { keys: [{ prefix, lastUsedAt, lastUsedFrom: '10.0.0.7' }] as never }
];

test.each([
  ['nothing called with it yet', listed('rck_live_Ab3dEf6hIj9l', null), null],
  [
    'a first call',
    listed('rck_live_Ab3dEf6hIj9l', '2026-11-29T12:00:00.000Z'),
    { at: '2026-11-29T12:00:00.000Z', from: '10.0.0.7' }
  ],
  ['another key', listed('rck_live_Ab3dEf6hIj9m', null), undefined],
  ['a device without a connection', listed('rck_live_Ab3dEf6hIj9l', undefined), undefined]
])('[APP-2] whether anything has called with a key: %s', (_, applications, call) =>
  expect(firstCall(applications, KEY)).toEqual(call)
);

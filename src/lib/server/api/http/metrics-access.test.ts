import { expect, test } from 'vitest';
import { mayReadMetrics } from './metrics-access';

const asked = (host: string, remoteAddress: string, authorization?: string) => ({
  headers: { host, authorization },
  socket: { remoteAddress }
});
const TOKEN = 'a-token-of-the-monitoring';

test.each([
  ['localhost:3000', '127.0.0.1', true],
  ['127.0.0.1:3000', '::ffff:127.0.0.1', true],
  ['[::1]:3000', '::1', true],
  ['evil.example', '127.0.0.1', false],
  ['localhost.evil.example', '127.0.0.1', false],
  ['rolecall.example.com', '127.0.0.1', false],
  ['localhost:3000', '10.0.0.5', false]
])('without a token, Host %s from %s may read the metrics: %s', (host, peer, may) => {
  expect(mayReadMetrics(asked(host, peer), undefined)).toBe(may);
  expect(mayReadMetrics(asked(host, peer, `Bearer ${TOKEN}`), undefined)).toBe(may);
});

test('with a token, it alone counts, from anywhere', () => {
  expect(mayReadMetrics(asked('10.0.0.1:3000', '10.0.0.5', `Bearer ${TOKEN}`), TOKEN)).toBe(true);
  expect(mayReadMetrics(asked('localhost:3000', '127.0.0.1'), TOKEN)).toBe(false);
  for (const wrong of [`Bearer ${TOKEN}x`, `Basic ${TOKEN}`, TOKEN, 'Bearer ', `bearer ${TOKEN} x`])
    expect(mayReadMetrics(asked('localhost:3000', '127.0.0.1', wrong), TOKEN)).toBe(false);
});

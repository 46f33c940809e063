import { expect, test } from 'vitest';
import { checksOf } from './checks';
import type { Decision, DecisionCode } from './evaluate';

// [DEC-3] The chain of a decision: its questions in their order, and the one that decides.

const chain = (...codes: DecisionCode[]) => {
  const reasons = codes.map((code) => ({ code })) as unknown as Decision['reasons'];
  return checksOf({ decision: codes[0] === 'granted', reasons }).map(({ id, state }) => `${id} ${state}`);
};

test('a yes is decided by the role, a no by its first reason; what else is against it says so', () => {
  expect(chain('granted')).toEqual(['account passed', 'owner passed', 'role decides']);
  expect(chain('not-granted')).toEqual(['account passed', 'owner passed', 'role decides']);
  expect(chain('suspended', 'expired', 'not-granted')).toEqual([
    'account decides',
    'owner passed',
    'role against'
  ]);
  expect(chain('owner-only', 'not-granted')).toEqual(['account passed', 'owner decides', 'role against']);
  expect(chain('scope')).toEqual(['account passed', 'owner passed', 'role passed', 'scope decides']);
  expect(chain('not-granted', 'paused')).toEqual([
    'account passed',
    'owner passed',
    'role decides',
    'sending against'
  ]);
});

test('what there is nothing to ask of is not claimed to have passed', () => {
  expect(chain('unknown-subject')).toEqual([
    'subject decides',
    'account not-asked',
    'owner not-asked',
    'role not-asked'
  ]);
  expect(chain('suspended', 'unknown-action')).toEqual([
    'account decides',
    'permission against',
    'owner not-asked',
    'role not-asked'
  ]);
});

import postgres from 'postgres';
import { expect, test } from 'vitest';
import { isPassing, lacksResources } from './faults';

const fault = (code: string) =>
  new Error('the driver’s words', { cause: Object.assign(new postgres.PostgresError('refused'), { code }) });

test.each([
  ['53100', 'a full disk'],
  ['53200', 'no memory'],
  ['53300', 'too many connections']
])('SQLSTATE %s (%s) passes, and whoever runs the database is told', (code) => {
  expect(isPassing(fault(code))).toBe(true);
  expect(lacksResources(fault(code))).toBe(true);
});

test.each(['23505', '42501', '22P02'])('SQLSTATE %s is a fault of the program', (code) => {
  expect(isPassing(fault(code))).toBe(false);
  expect(lacksResources(fault(code))).toBe(false);
});

test('a lock that is held too long passes without an alarm', () => {
  expect(isPassing(fault('55P03'))).toBe(true);
  expect(lacksResources(fault('55P03'))).toBe(false);
});

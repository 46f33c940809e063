import { expect, test } from 'vitest';
import { LogChart, LogCount, LogExport, LogList } from './log-inputs';

test.each([
  ['list', LogList],
  ['count', LogCount],
  ['chart', LogChart],
  ['export', LogExport]
] as const)('[LOG-4] an address is looked for in its one spelling: %s', (_, schema) => {
  const op = '0190a5d0-0000-7000-8000-000000000001';
  const asked = { ip: '2001:DB8:0::7', ...(schema === LogExport ? { op } : {}) };
  expect(schema.parse(asked).ip).toBe('2001:db8::7');
});

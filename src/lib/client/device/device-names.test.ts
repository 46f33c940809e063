import { expect, test } from 'vitest';
import { databaseName, parseDatabaseName, type DeviceDatabase } from './device-names';

const ALL: DeviceDatabase[] = [
  {
    kind: 'document',
    document: 'people',
    roles: 'administrator',
    epoch: 'e1',
    personId: 'maya',
    generation: '0'
  },
  {
    kind: 'document',
    document: 'role:support',
    roles: 'administrator',
    epoch: 'e1',
    personId: 'maya',
    generation: '12'
  },
  {
    kind: 'document',
    document: 'role:senders',
    roles: 'user',
    epoch: 'e1',
    personId: 'maya',
    generation: '12'
  },
  { kind: 'memory', personId: 'maya' },
  { kind: 'outbox', personId: 'maya' }
];
test.each(ALL)('[P-02] a database says whose it is: %j', (database) => {
  expect(parseDatabaseName(databaseName(database))).toEqual(database);
});

test('[LIV-9] documents in a spelling of the past are cleared away, what is not ours is left alone', () => {
  expect(parseDatabaseName('rolecall:people@e1|maya')).toBe('stale');
  expect(parseDatabaseName('rolecall:nonsense@e1|maya|0')).toBe('stale');
  expect(parseDatabaseName('something-else')).toBeNull();
});

import { expect, test } from 'vitest';
import { postgresProblem } from './postgres-version';

test.each([150009, 160005, 160010, 170001, 180000, 190002])('a server of version %i is used', (number) => {
  expect(postgresProblem(number)).toBeNull();
});

test.each([
  [140015, 'Postgres 15 or newer is needed, this server is 14.'],
  [150008, 'Postgres 15.9 or newer is needed, this server is 15.8'],
  [160004, 'Postgres 16.5 or newer is needed, this server is 16.4'],
  [170000, 'Postgres 17.1 or newer is needed, this server is 17.0']
])('[TEN-3] one of %i is not, and it says which is', (number, said) => {
  expect(postgresProblem(number)).toContain(said);
});

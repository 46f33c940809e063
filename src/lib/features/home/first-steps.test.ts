import { describe, expect, test } from 'vitest';
import { firstSteps, type Beginnings } from './first-steps';

const NEW: Beginnings = {
  twoFactor: false,
  mailServer: false,
  timeZone: 'UTC',
  deviceTimeZone: 'Europe/Lisbon',
  brand: { name: 'Rolecall', logo: null },
  people: 1,
  superAdministrators: 1,
  applications: 0
};
const done = (change: Partial<Beginnings>) =>
  firstSteps({ ...NEW, ...change })
    .filter((step) => step.done)
    .map(({ title }) => title);

describe('[UX-6] what a new owner does first', () => {
  test('nothing is done at first, nor while it is not known', () => {
    expect(done({})).toEqual([]);
    expect(done({ mailServer: null, people: null, superAdministrators: null, applications: null })).toEqual(
      []
    );
  });

  test.each<[string, Partial<Beginnings>]>([
    ['Turn on two-factor sign-in', { twoFactor: true }],
    ['Set up mail', { mailServer: true }],
    ['Give it your name and logo', { brand: { name: 'Northwind', logo: null } }],
    ['Give it your name and logo', { brand: { name: 'Rolecall', logo: 'data:image/png;base64,' } }],
    ['Set the time zone', { timeZone: 'Europe/Lisbon' }],
    ['Set the time zone', { deviceTimeZone: 'UTC' }],
    ['Add an administrator', { people: 2 }],
    ['Add a second Super Administrator', { superAdministrators: 2 }],
    ['Connect an application', { applications: 1 }]
  ])('%s is done by %o alone', (title, change) => {
    expect(done(change)).toEqual([title]);
  });
});

import { expect, test } from 'vitest';
import { fileWith, firstLoads, OWN } from '../support/first-load';

const KB = 1024;
const loads = firstLoads();
const ofUsers = firstLoads('user').filter(({ route }) =>
  ['/(console)', '/(console)/logs', '/(console)/account', '/(console)/account/notices'].includes(route)
);
const isConsole = (route: string) => route.startsWith('/(console)');

const over = (most: number, all: typeof loads) =>
  all.filter(({ bytes }) => bytes > most * KB).map(({ route, bytes }) => ({ route, kb: bytes / KB }));

test('what a page loads is found: every page, and the files of its own', () => {
  expect(loads.length).toBeGreaterThan(25);
  expect(loads.every(({ files, bytes }) => files.length > 5 && bytes > 40 * KB)).toBe(true);
});

test('before the sign-in at most 70 KB of scripts are sent', () => {
  const before = loads.filter(({ route }) => !isConsole(route));
  expect(over(70, before)).toEqual([]);
});

test('before a page of the console runs, at most 160 KB of scripts are sent; to a user of its account, a little more', () => {
  const pages = loads.filter(({ route }) => isConsole(route));
  const isAccount = ({ route }: { route: string }) => route === '/(console)/account';
  expect(over(160, [...pages, ...ofUsers.filter((page) => !isAccount(page))])).toEqual([]);
  expect(over(165, ofUsers.filter(isAccount))).toEqual([]);
});

test('staff load nothing of the console of users, and users nothing of the one of staff', () => {
  const { staff, user } = OWN;
  const notOfUsers = [staff.around, staff.home].map(fileWith);
  const notOfStaff = [user.around, user.home].map(fileWith);
  expect(ofUsers).toHaveLength(4);
  expect(ofUsers.flatMap(({ files }) => files.filter((file) => notOfUsers.includes(file)))).toEqual([]);
  expect(loads.flatMap(({ files }) => files.filter((file) => notOfStaff.includes(file)))).toEqual([]);
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fromHere } from './from-here';

let at: { pathname: string };
beforeEach(() => {
  at = { pathname: '/users/new' };
  vi.stubGlobal('location', at);
});
afterEach(() => vi.unstubAllGlobals());

test('an answer leads on from the page that it was asked for on', () => {
  const went: string[] = [];
  const go = fromHere((path: string) => went.push(path));
  go('/users/1');
  expect(went).toEqual(['/users/1']);
});

test('an answer that comes after its author went elsewhere leads nowhere', () => {
  const went: string[] = [];
  const go = fromHere((path: string) => went.push(path));
  at.pathname = '/log';
  go('/users/1');
  expect(went).toEqual([]);
  // Back on the page it leads on again; what was begun elsewhere is of that page.
  const fromLog = fromHere((path: string) => went.push(path));
  at.pathname = '/users/new';
  fromLog('/log/7');
  go('/users/1');
  expect(went).toEqual(['/users/1']);
});

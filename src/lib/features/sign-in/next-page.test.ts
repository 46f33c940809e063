import { describe, expect, test } from 'vitest';
import { nextPage, signInPage } from './next-page';

describe('where signing in leads', () => {
  test.each(['/', '/roles/support', '/administrators?sort=name', '/logs/activity#top'])(
    '%s is kept',
    (path) => expect(nextPage(path)).toBe(path)
  );

  test.each([
    null,
    '',
    'roles',
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/a\\b',
    '/\n/x'
  ])('%j leads home', (path) => expect(nextPage(path)).toBe('/'));

  test('never back to the doors themselves', () => {
    expect(nextPage('/sign-in?next=/')).toBe('/');
    expect(nextPage('/setup')).toBe('/');
    expect(nextPage('/invitation#token')).toBe('/');
  });

  test('the way back is left out where it is Home', () => {
    expect(signInPage('/')).toBe('/sign-in');
    expect(signInPage('/roles?new=1')).toBe('/sign-in?next=%2Froles%3Fnew%3D1');
  });
});

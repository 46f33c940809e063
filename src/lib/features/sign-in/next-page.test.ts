import { describe, expect, test } from 'vitest';
import { nextPage, signInPage } from './next-page';

describe('where signing in leads', () => {
  test.each(['/', '/roles/support', '/administrators?sort=name', '/logs/activity#top'])(
    'signing in leads on to %s',
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
  ])('signing in leads home from the address %j', (path) => expect(nextPage(path)).toBe('/'));

  test('never back to the doors themselves', () => {
    expect(nextPage('/sign-in?next=/')).toBe('/');
    expect(nextPage('/setup')).toBe('/');
    expect(nextPage('/invitation#token')).toBe('/');
  });

  test('the way back is left out where it is Home', () => {
    expect(signInPage({ pathname: '/', search: '', hash: '' })).toBe('/sign-in');
    expect(signInPage({ pathname: '/roles', search: '?new=1', hash: '' })).toBe(
      '/sign-in?next=%2Froles%3Fnew%3D1'
    );
  });

  test('the way back leads to the same place on the page', () => {
    const door = signInPage(new URL('http://console.example/account?tab=1#two-factor'));
    const asked = new URL(door, 'http://console.example').searchParams.get('next');
    expect(nextPage(asked)).toBe('/account?tab=1#two-factor');
  });
});

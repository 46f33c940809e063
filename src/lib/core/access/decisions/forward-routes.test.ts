import { describe, expect, test } from 'vitest';
import { chooseSeed, seeded, type Random } from '../../../../../tests/faults/random';
import { trials } from '../../../../../tests/support/trials';
import {
  comparablePath,
  comparableRoutePath,
  NOBODY,
  permissionsAtStake,
  routeFor,
  SIGNED_IN,
  type ForwardedRequest,
  type ForwardRoute
} from './forward-routes';

test.each([
  ['/', '/'],
  ['/lists/17?x=../y;z', '/lists/17'],
  ['/%61dmin', '/admin'],
  ['/caf%C3%A9', '/café'],
  ['/a.b/..c/.well-known', '/a.b/..c/.well-known']
])('the path of %s is compared as %s', (uri, path) => expect(comparablePath(uri)).toBe(path));

test.each([
  ...[
    '',
    'admin',
    'http://elsewhere/',
    '//admin',
    '/a//b',
    '/..',
    '/a/../b',
    '/a/./b',
    '/a/.',
    '/a;b',
    '/a\\b'
  ],
  ...[
    '/%2e%2e/a',
    '/a/%2E./b',
    '/a%2fb',
    '/a%2Fb',
    '/a%5cb',
    '/a%3bb',
    '/a%00',
    '/a%250a',
    '/%',
    '/%zz',
    '/%ff',
    '/a%0d%0a'
  ],
  '/a\u0001b',
  // Raw where no client writes it so: a program behind the proxy may cut there, or not.
  '/lists#/../admin',
  '/lists#',
  '/lists?x=1#y',
  '/caf\u00c3\u00a9',
  '/a b',
  ...['/a%3fb', '/a%23b', '/a%20', '/a%20/b', '/admin.', '/admin./b', '/a/...'],
  // What looks like a dot or a slash, and is one where compatible letters are the same.
  ...['/a%EF%BC%8Fb', '/%EF%BC%8E%EF%BC%8E/b', '/a%E2%80%A5/b']
])('[DEC-4] %j can be read in two ways: it has no path', (uri) => expect(comparablePath(uri)).toBeNull());

test('[DEC-4] the first route that fits decides; a path is no prefix of a longer name', () => {
  const routes = [
    { method: 'DELETE', host: '*', path: '/lists', takes: 'delete' },
    { method: '*', host: 'admin.example', path: '/', takes: 'admin' },
    { method: '*', host: '*', path: '/lists/', takes: 'view' }
  ];
  const of = (method: string, host: string | null, path: string) =>
    routeFor(routes.map(forStaff), { method, host, path }, 'application')?.takes;
  expect(of('DELETE', null, '/lists/17')).toBe('delete');
  expect(of('DELETE', null, '/lists')).toBe('delete');
  expect(of('GET', 'admin.example', '/anything')).toBe('admin');
  expect(of('GET', 'other.example', '/lists/17')).toBe('view');
  expect(of('GET', null, '/lists')).toBeUndefined();
  expect(of('DELETE', null, '/listsx')).toBeUndefined();
  expect(of('GET', 'other.example', '/')).toBeUndefined();
});

describe('[DEC-4] no way of writing an address leads past the route that it is under', () => {
  const routes = [
    { method: '*', host: '*', path: '/admin', takes: 'admin' },
    { method: 'GET', host: '*', path: '/café', takes: 'café' },
    { method: '*', host: 'a.example', path: '/', takes: 'a' },
    { method: '*', host: '*', path: '/', takes: SIGNED_IN }
  ];
  const of = (path: string, host: string | null = 'b.example', method = 'GET') =>
    routeFor(routes.map(forStaff), { method, host, path }, 'application')?.takes;

  test.each(['/Admin', '/ADMIN/x', '/adm\u0131n', '/\uff41dmin', '/cafe\u0301', '/CAFÉ'])(
    '%j is one route’s as it is written and another’s in small letters: it is none’s',
    (path) => expect(of(path)).toBeUndefined()
  );

  test('capitals where no route has anything to say of them, and a slash at the end, change nothing', () => {
    expect(of('/Anything')).toBe(SIGNED_IN);
    expect(of('/admin/AbC')).toBe('admin');
    expect(of('/admin/')).toBe('admin');
    expect(
      routeFor(
        [forStaff({ ...routes[0]!, path: '/admin/' })],
        { method: 'GET', host: null, path: '/admin' },
        'application'
      )
    ).toBeTruthy();
  });

  test('a method is compared as it is; a host that the proxy does not say could be the one of a route', () => {
    expect(of('/café', 'b.example', 'HEAD')).toBe(SIGNED_IN);
    expect(of('/admin', null)).toBe('admin');
    expect(of('/x', null)).toBeUndefined();
  });
});

describe('[TEN-5] a request that could be one of two routes, of which one lets users through', () => {
  const routes = [
    { method: '*', host: '*', path: '/admin', takes: 'p', users: true },
    { method: '*', host: '*', path: '/', takes: 'p', users: false }
  ];
  const of = (path: string, kind: string) => routeFor(routes, { method: 'GET', host: null, path }, kind);

  test('a request that could be one of two routes, of which one lets users through, is none’s for a user', () => {
    const asked = ['/admin', '/other', '/ADMIN'].map((path) => of(path, 'user')?.users);
    expect(asked).toEqual([true, false, undefined]);
  });

  test.each(['administrator', 'application'])(
    'a request that could be one of two routes, of which one lets users through, is what both take for an %s',
    (kind) => {
      const asked = ['/admin', '/other', '/ADMIN'].map((path) => of(path, kind)?.takes);
      expect(asked).toEqual(['p', 'p', 'p']);
    }
  );
});

test.each([
  ['/', '/'],
  ['/lists', '/lists'],
  ['/lists/', '/lists'],
  ['/café/a b[1]', '/café/a b[1]'],
  ...['lists', '/a?b', '/a#b', '/a%20b', '/a/../b', '//a', '/a;b', '/a\\b', '/\ud800', '/a.', ''].map(
    (path): [string, null] => [path, null]
  )
])('a route’s path %j is stored as %j', (path, stored) => expect(comparableRoutePath(path)).toBe(stored));

describe('[ACC-2] [DEC-4] what a change of the table takes of whoever makes it', () => {
  const route = (path: string, takes: string, method = '*', host = '*') =>
    forStaff({ method, host, path, takes });
  const open = (path: string, takes: string) => ({ ...route(path, takes), users: true });
  const stake = (before: ForwardRoute[], after: ForwardRoute[]) =>
    [...permissionsAtStake(before, after)].sort();
  const [admin, all] = [route('/admin', 'p.admin'), route('/', 'p.all')];

  test.each<[string, ForwardRoute[], ForwardRoute[], string[]]>([
    ['nothing changed', [admin, all], [admin, all], []],
    ['a new one takes what it opens by', [], [admin], ['p.admin']],
    ['for anybody signed in, where there was none', [], [route('/', SIGNED_IN)], []],
    ['before another: what stood there as well', [all], [admin, all], ['p.admin', 'p.all']],
    ['behind another that covers it: nothing is let through', [all], [all, admin], []],
    ['taken away: what stood there, and what stands there then', [admin, all], [all], ['p.admin', 'p.all']],
    ['opened for anybody signed in', [admin], [route('/admin', SIGNED_IN)], ['p.admin']],
    ['shut', [admin], [route('/admin', NOBODY)], ['*', 'p.admin']],
    ['shut where nothing stood', [], [route('/x', NOBODY)], []],
    ['what nobody had, taken away: everything', [route('/x', NOBODY)], [], ['*']],
    ['what nobody had, opened: everything', [route('/x', NOBODY)], [route('/x', SIGNED_IN)], ['*']],
    ['what nobody had, taken away before a wider one', [route('/x', NOBODY), all], [all], ['*', 'p.all']],
    [
      'moved past one that it has nothing to do with',
      [route('/a', 'p.a'), route('/b', 'p.b')],
      [route('/b', 'p.b'), route('/a', 'p.a')],
      []
    ],
    [
      'another method alone',
      [route('/a', 'p.a', 'GET')],
      [route('/a', 'p.a', 'GET'), route('/a', 'p.b', 'PUT')],
      ['p.b']
    ],
    ['for users as well, where there was none: everything', [], [open('/x', 'p.x')], ['*', 'p.x']],
    ['one for staff alone taken away: of users it takes nothing', [admin], [], ['p.admin']],
    ['one for users taken away', [open('/x', 'p.x')], [], ['*', 'p.x']],
    [
      'what let no user through, opened for them: everything',
      [admin],
      [open('/admin', 'p.admin')],
      ['*', 'p.admin']
    ],
    [
      'for whoever has a key, opened for users: everything',
      [route('/', SIGNED_IN)],
      [open('/', SIGNED_IN)],
      ['*']
    ],
    ['shut for users', [open('/x', 'p.x')], [route('/x', 'p.x')], ['*', 'p.x']],
    [
      'one for staff alone before one for users',
      [open('/', 'p.all')],
      [admin, open('/', 'p.all')],
      ['*', 'p.admin', 'p.all']
    ],
    ['one for users behind one for staff that covers it', [all], [all, open('/x', 'p.x')], []]
  ])('%s', (_, before, after, expected) => expect(stake(before, after)).toEqual(expected));

  test.each<[string, ForwardRoute, ForwardRoute]>([
    ['a route for staff alone, made anew for users', admin, open('/admin', 'p.admin')],
    ['a key that works, made anew for users', route('/', SIGNED_IN), open('/', SIGNED_IN)],
    ['what nobody had, made anew for whoever has a key', route('/x', NOBODY), route('/x', SIGNED_IN)],
    ['what nobody had, made anew by a permission', route('/x', NOBODY), route('/x', 'p.x')]
  ])('in two changes it takes no less than in one: %s', (_, was, is) => {
    const inTwo = new Set([...stake([was], []), ...stake([], [is])]);
    expect([...inTwo].sort()).toEqual(stake([was], [is]));
    expect(inTwo).toContain('*');
  });

  test('random changes: a request that is judged otherwise takes what its changer holds, before and after', () => {
    const seed = chooseSeed(process.env['FAULTS_SEED']);
    const random = seeded(seed);
    for (let n = 0; n < trials(3000, 100_000); n++) {
      const tables = [someRoutes(random)];
      while (tables.length < 2 || random.chance(0.3)) tables.push(changed(random, tables.at(-1)!));
      const held = new Set(
        tables.slice(1).flatMap((table, at) => [...permissionsAtStake(tables[at]!, table)])
      );
      for (let asked = 0; asked < 20; asked++) {
        const request = someRequest(random);
        for (const kind of ['application', 'user']) {
          const [was, is] = [tables[0]!, tables.at(-1)!].map((table) => takenOf(table, request, kind));
          if (was === is) continue;
          const why = JSON.stringify({ seed, n, request, kind, was, is });
          for (const takes of [was, is]) if (takes?.startsWith('p.')) expect(held, why).toContain(takes);
          const wasNobodys =
            kind === 'user' ? is !== undefined && !tables[0]!.some(({ users }) => users) : was === NOBODY;
          if (wasNobodys) expect(held, why).toContain('*');
        }
      }
    }
  });
});

/** What a request takes of a key of this kind; of a user's undefined: none is let through. */
function takenOf(routes: readonly ForwardRoute[], request: ForwardedRequest, kind: string) {
  const route = routeFor(routes, request, kind);
  if (kind !== 'user') return route?.takes;
  return route?.users && route.takes !== NOBODY ? route.takes : undefined;
}

/** A route as most are. */
function forStaff(route: Omit<ForwardRoute, 'users'>): ForwardRoute {
  return { ...route, users: false };
}

const PATHS = ['/', '/a', '/a/b', '/a/b/c', '/A', '/a/B', '/x'];
const HOSTS = ['*', '*', 'one.example', 'two.example'];
const METHODS = ['*', '*', 'GET', 'PUT'];

function someRoutes(random: Random): ForwardRoute[] {
  return Array.from({ length: random.whole(0, 5) }, () => someRoute(random));
}

function someRoute(random: Random): ForwardRoute {
  const takes = random.pick(['p.1', 'p.2', 'p.3', SIGNED_IN, NOBODY]);
  const users = random.chance(0.3);
  return { method: random.pick(METHODS), host: random.pick(HOSTS), path: random.pick(PATHS), takes, users };
}

function changed(random: Random, before: readonly ForwardRoute[]): ForwardRoute[] {
  const after = [...before];
  const taken = random.chance(0.7) ? after.splice(random.whole(0, after.length), 1) : [];
  const put = random.chance(0.5) ? [someRoute(random)] : taken;
  after.splice(random.whole(0, after.length), 0, ...put);
  return after;
}

function someRequest(random: Random) {
  const path = random.pick([...PATHS, '/a/b/C', '/q', '/X/y', '/A/B', '/a/b/d']);
  return {
    method: random.pick(['GET', 'PUT', 'DELETE']),
    host: random.pick([null, 'one.example', 'two.example', 'three.example']),
    path
  };
}

import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler } from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import type { Handle, RequestEvent } from '@sveltejs/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal, type Decision, type Resource, type Subject } from '../decision.ts';
import type { Asker } from './asker.ts';
import { forExpress } from './express.ts';
import { fetchGuard } from './fetch-guard.ts';
import { forFastify } from './fastify.ts';
import { forHono } from './hono.ts';
import { forSvelteKit } from './sveltekit.ts';

// [DEC-5] The middlewares in the real frameworks. Every program has `/lists/:id/merge` guarded and `/may` answered
// by `rolecall`.

const MERGE = 'audience.contact_lists.merge';
const ANSWERS: Record<string, Partial<Decision>> = {
  ada: { decision: true, reason: 'granted' },
  ben: { decision: false, reason: 'not-granted', reasonUser: 'Ask an administrator.' },
  eve: { decision: false, reason: 'stale' },
  // What is no boolean is no yes.
  odd: { decision: 'yes' as unknown as boolean, reason: 'granted' }
};

/** Questions asked, in order. */
const asked: [Subject, string, Resource | undefined][] = [];
const rolecall = {
  decide: (subject: Subject, permission: string, resource?: Resource) => {
    asked.push([subject, permission, resource]);
    return Promise.resolve({ ...refusal('unavailable'), ...ANSWERS[subject as string] });
  }
};

/** Name of whoever is signed in, as a program of one's own would know; the sign-in may break, too. */
function signedIn(name: string | null | undefined): string | null {
  if (name === 'broken') throw new Error('the sign-in is broken');
  return name ?? null;
}

type Ask = (path: string, user?: string) => Promise<Response>;
const closing: (() => unknown)[] = [];
const programs: Record<string, Ask> = {};
afterAll(() => Promise.all(closing.map((close) => close())));

function overHttp(port: number): Ask {
  return (path, user) =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers: user ? { 'x-user': user } : {} });
}

function inMemory(answer: (request: Request) => Promise<Response>): Ask {
  return (path, user) =>
    answer(new Request(`http://app.example${path}`, { headers: user ? { 'x-user': user } : {} }));
}

async function startExpress(): Promise<Ask> {
  const app = express();
  const { attach, requires } = forExpress(rolecall, (request: express.Request) =>
    signedIn(request.get('x-user'))
  );
  const merge = requires(MERGE, (request) => ({ id: String(request.params['id']) }));
  app.get('/lists/:id/merge', merge, (_request, response) => void response.send('merged'));
  app.get('/may', attach, async (request, response) => {
    const { rolecall } = request as unknown as { rolecall: Asker };
    response.json(await rolecall.can(MERGE));
  });
  const failed: ErrorRequestHandler = (_error, _request, response, _next) => void response.sendStatus(500);
  app.use(failed);
  const server = app.listen(0, '127.0.0.1');
  closing.push(() => server.close());
  await once(server, 'listening');
  return overHttp((server.address() as AddressInfo).port);
}

async function startFastify(): Promise<Ask> {
  const app = fastify();
  const { attach, requires } = forFastify(rolecall, (request: { headers: Record<string, unknown> }) =>
    signedIn(request.headers['x-user'] as string | undefined)
  );
  const merge = requires(MERGE, (request) => (request as unknown as { params: { id: string } }).params);
  app.get('/lists/:id/merge', { preHandler: merge }, () => 'merged');
  app.get('/may', { preHandler: attach }, (request) =>
    (request as unknown as { rolecall: Asker }).rolecall.can(MERGE)
  );
  closing.push(() => app.close());
  await app.listen({ port: 0, host: '127.0.0.1' });
  return overHttp((app.server.address() as AddressInfo).port);
}

function startHono(): Ask {
  const app = new Hono<{ Variables: { rolecall: Asker } }>();
  const { attach, requires } = forHono(
    rolecall,
    (context: {
      req: { header(name: string): string | undefined; param(name: string): string | undefined };
    }) => signedIn(context.req.header('x-user'))
  );
  const merge = requires(MERGE, ({ req }) => ({ id: req.param('id')! }));
  app.get('/lists/:id/merge', merge, (context) => context.text('merged'));
  app.get('/may', attach, async (context) => context.json(await context.get('rolecall').can(MERGE)));
  app.onError((_error, context) => context.text('failed', 500));
  return inMemory(async (request) => app.fetch(request));
}

function startSvelteKit(): Ask {
  const table: Record<string, string | null> = { '/lists/[id]/merge': MERGE, '/may': null };
  const handle: Handle = forSvelteKit(rolecall, {
    subject: (event: RequestEvent) => signedIn(event.request.headers.get('x-user')),
    requires: ({ route, params }) => {
      const permission = table[route.id!];
      return permission ? { permission, resource: params as Resource } : permission;
    }
  });
  return inMemory(async (request) => {
    const { pathname } = new URL(request.url);
    const id = /^\/lists\/(\w+)\/merge$/.exec(pathname)?.[1];
    const route = { id: id ? '/lists/[id]/merge' : pathname };
    const event = { request, route, params: { id }, locals: {} } as unknown as RequestEvent;
    const resolve = async () => {
      if (pathname !== '/may') return new Response('merged');
      const { rolecall } = event.locals as unknown as { rolecall: Asker };
      return Response.json(await rolecall.can(MERGE));
    };
    return Promise.resolve(handle({ event, resolve })).catch(() => new Response('failed', { status: 500 }));
  });
}

function startFetch(): Ask {
  const subject = (request: Request) => signedIn(request.headers.get('x-user'));
  const guard = fetchGuard(rolecall, MERGE, {
    subject,
    resource: ({ url }) => ({ id: url.split('/').at(-2)! })
  });
  return inMemory(async (request) => {
    if (request.url.endsWith('/may'))
      return Response.json((await rolecall.decide(subject(request)!, MERGE)).decision);
    return (await guard(request)) ?? new Response('merged');
  });
}

/** Node's own server, with nothing around it. */
async function startNode(): Promise<Ask> {
  const { attach, requires } = forExpress(rolecall, (request: IncomingMessage) =>
    signedIn(request.headers['x-user'] as string | undefined)
  );
  const server = createServer((request, response) => {
    const end = (text: string) => (error?: unknown) => {
      if (error) response.statusCode = 500;
      response.end(text);
    };
    if (request.url === '/may')
      attach(request, response, () => {
        const { rolecall } = request as unknown as { rolecall: Asker };
        void rolecall.can(MERGE).then((may) => end(String(may))());
      });
    else requires(MERGE, ({ url }) => ({ id: url!.split('/')[2]! }))(request, response, end('merged'));
  }).listen(0, '127.0.0.1');
  closing.push(() => server.close());
  await once(server, 'listening');
  return overHttp((server.address() as AddressInfo).port);
}

beforeAll(async () => {
  programs['express'] = await startExpress();
  programs['fastify'] = await startFastify();
  programs['hono'] = startHono();
  programs['sveltekit'] = startSvelteKit();
  programs['fetch'] = startFetch();
  programs['node'] = await startNode();
});

describe.each(['express', 'fastify', 'hono', 'sveltekit', 'fetch', 'node'])('[DEC-5] %s', (name) => {
  const ask: Ask = (path, user) => programs[name]!(path, user);

  test('whoever may goes on, and the question is about them and this record', async () => {
    asked.length = 0;
    const response = await ask('/lists/17/merge', 'ada');
    expect([response.status, await response.text()]).toEqual([200, 'merged']);
    expect(asked).toEqual([['ada', MERGE, { id: '17' }]]);
  });

  test('whoever may not is told in words, and nothing is kept of it', async () => {
    const response = await ask('/lists/17/merge', 'ben');
    expect(response.status).toBe(403);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({
      code: 'permission-required',
      permission: MERGE,
      reason: 'not-granted',
      message: 'Ask an administrator.'
    });
  });

  test('what nobody can know at this moment is 503, who is not signed in 401, and nobody is asked about', async () => {
    const stale = await ask('/lists/17/merge', 'eve');
    expect([stale.status, stale.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await ask('/lists/17/merge', 'odd')).status).toBe(403);
    asked.length = 0;
    expect((await ask('/lists/17/merge')).status).toBe(401);
    expect(asked).toEqual([]);
  });

  test('a sign-in that breaks lets nobody through', async () => {
    const response = await ask('/lists/17/merge', 'broken').catch(() => null);
    expect(response?.status ?? 500).toBe(500);
  });

  test('the program can ask about whoever sends the request', async () => {
    expect(await (await ask('/may', 'ada')).text()).toBe('true');
    expect(await (await ask('/may', 'ben')).text()).toBe('false');
  });
});

test('a route that the table of a SvelteKit program lacks is a no', async () => {
  expect((await programs['sveltekit']!('/lists', 'ada')).status).toBe(403);
  expect((await programs['sveltekit']!('/lists')).status).toBe(401);
});

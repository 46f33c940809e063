import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test, vi } from 'vitest';
import { KID_LENGTH, SECRET_LENGTH, writeKey } from '../../../core/applications/key-format';
import type { AuthorityView } from '../../services/decisions/authority-view';
import type { KnownAuthority } from '../../services/decisions/known-authority';
import { programEndpoints, type ProgramEndpointsOptions } from './dispatcher';

const KEY = writeKey({ kid: 'a'.repeat(KID_LENGTH), secret: 'b'.repeat(SECRET_LENGTH) });

/** What a request with a key is answered that demands a log number, of a view that is not known at first. */
async function answered(afterwards: KnownAuthority | null) {
  const reach = vi.fn<AuthorityView['reach']>((revision) =>
    Promise.resolve(revision === null ? afterwards : null)
  );
  const view = { now: () => null, reach } as unknown as AuthorityView;
  const route = { method: 'POST', path: '/asked', permission: null, answer: () => ({ status: 200 }) };
  const endpoints = [{ kind: 'program', route }];
  const program = programEndpoints({ view, endpoints } as unknown as ProgramEndpointsOptions);
  const server = createServer((request, response) => {
    program.answer(request, response, { ip: null } as Parameters<typeof program.answer>[2]);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/asked`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'rolecall-at-least': '7', 'content-type': 'application/json' },
    body: '{}'
  });
  server.closeAllConnections();
  server.close();
  return { status: answer.status, waitedFor: reach.mock.calls.flat() };
}

test('[TEN-3] while nothing is known no key waits for a log number: whose it is comes first', async () => {
  expect(await answered(null)).toEqual({ status: 503, waitedFor: [null] });
});

test('[TEN-3] a user’s key is refused as soon as it is known to be one, and waits for no number', async () => {
  const known = { key: () => ({ userId: 'a user' }) } as unknown as KnownAuthority;
  expect(await answered(known)).toEqual({ status: 400, waitedFor: [null] });
});

test('[DEC-2] a key that is not a user’s waits until enough is known', async () => {
  const known = { key: () => ({ userId: null }) } as unknown as KnownAuthority;
  expect(await answered(known)).toEqual({ status: 503, waitedFor: [null, 7] });
});

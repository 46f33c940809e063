import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { api, askWhoOnce } from '$lib/client/api/api';
import type { ActingAs } from '$lib/protocol/acting-as';
import { Invitation } from './invitation.svelte';
import { OwnerForm } from './owner-form.svelte';
import { SignInFlow } from './sign-in-flow.svelte';

vi.mock('$lib/client/api/api', () => ({
  api: {
    auth: {
      signIn: { mutate: vi.fn() },
      readInvitation: { mutate: vi.fn() },
      acceptInvitation: { mutate: vi.fn() }
    },
    setup: { createOwner: { mutate: vi.fn() } }
  },
  askWhoOnce: vi.fn(),
  pageIdentity: { leave: vi.fn(), become: vi.fn() },
  isConnectionFault: () => false,
  refusalOf: () => null
}));

const PASSWORD = 'seven quiet herons wade at dusk';
const here = vi.mocked(askWhoOnce);
const nobody = () => here.mockResolvedValue(null);
const somebody = () => here.mockResolvedValue({ personId: 'ana', session: 'sid' } as unknown as ActingAs);
const openedAt = (protocol: string) => vi.stubGlobal('location', { protocol });

beforeEach(() => {
  openedAt('http:');
  vi.mocked(api.auth.signIn.mutate).mockResolvedValue({ next: 'ready' } as never);
  vi.mocked(api.auth.readInvitation.mutate).mockResolvedValue({
    ...{ name: 'Ana', email: 'ana@northwind.example', minLength: 15, returning: false }
  } as never);
  vi.mocked(api.auth.acceptInvitation.mutate).mockResolvedValue({} as never);
  vi.mocked(api.setup.createOwner.mutate).mockResolvedValue({} as never);
});
afterEach(() => void vi.unstubAllGlobals());

async function signIn(): Promise<SignInFlow> {
  const flow = new SignInFlow();
  flow.place = 'password';
  flow.email = 'ana@northwind.example';
  flow.password = PASSWORD;
  await flow.signIn();
  return flow;
}

async function accept(): Promise<{ invitation: Invitation; accepted: boolean }> {
  const invitation = new Invitation('token');
  await invitation.read();
  invitation.password = invitation.confirm = PASSWORD;
  return { invitation, accepted: await invitation.accept() };
}

async function create(): Promise<{ form: OwnerForm; created: boolean }> {
  const form = new OwnerForm();
  Object.assign(form, {
    ...{ name: 'Ana', email: 'ana@northwind.example', password: PASSWORD, confirm: PASSWORD }
  });
  return { form, created: await form.create('token') };
}

test('[AUT-1] whose browser keeps no cookie is told so at the sign-in, and what helps', async () => {
  nobody();
  expect((await signIn()).problem).toMatch(/didn’t keep the cookie.*Safari.*another browser, or https\.$/);
  openedAt('https:');
  const flow = await signIn();
  expect(flow.problem).toMatch(/Allow cookies for this address/);
  expect(flow.place).toBe('password');
});

test('[AUT-1] a browser that keeps it goes on', async () => {
  somebody();
  const flow = await signIn();
  expect([flow.place, flow.problem]).toEqual(['ready', null]);
});

test('[AUT-1] a server that does not answer is no browser without cookies', async () => {
  here.mockRejectedValue(new Error('no connection'));
  expect((await signIn()).place).toBe('ready');
});

test('[ADM-5] whose browser keeps no cookie is told so at an invitation', async () => {
  nobody();
  const refused = await accept();
  expect(refused.accepted).toBe(false);
  expect(refused.invitation.attempt.problem).toMatch(/Your password is set\..*didn’t keep the cookie/);
  somebody();
  expect((await accept()).accepted).toBe(true);
});

test('[OWN-1] whose browser keeps no cookie is told so at the set-up', async () => {
  nobody();
  const { form, created } = await create();
  expect(created).toBe(false);
  expect(form.fault).toMatch(/The owner was created\..*didn’t keep the cookie/);
  somebody();
  expect((await create()).created).toBe(true);
});

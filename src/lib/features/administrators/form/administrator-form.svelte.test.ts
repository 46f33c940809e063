import { expect, test } from 'vitest';
import { draftsOf } from '$lib/client/session/drafts';
import type { Session } from '$lib/client/session/session.svelte';
import { inheritAll } from '$lib/core/quotas/caps';
import { administratorFormOf } from './administrator-form.svelte';

/** A session, as far as the form looks at one. */
const sessionOf = (id: string) => ({ me: { id, caps: inheritAll() } }) as unknown as Session;

test('[UX-4] a form half filled when the session ended is filled for the same person, without secrets', () => {
  const form = administratorFormOf(sessionOf('ana'));
  form.name = 'Priya';
  form.email = 'priya@x.example';
  form.roleId = 'support';
  form.way = 'password';
  form.password = form.confirm = 'seven quiet herons wade at dusk';
  form.caps.daily = { on: true, unlimited: false, text: '1,000' };
  form.tray = [{ id: 'p', name: 'Tom', email: 't@x.example', link: 'secret', mailed: false } as never];
  draftsOf('ana').keep();

  const again = administratorFormOf(sessionOf('ana'));
  expect(again).toMatchObject({
    name: 'Priya',
    email: 'priya@x.example',
    roleId: 'support',
    way: 'password'
  });
  expect(again.caps.daily).toEqual({ on: true, unlimited: false, text: '1,000' });
  expect([again.password, again.confirm, again.tray]).toEqual(['', '', []]);
  expect(again.firstProblem).toBeNull();
});

test('[LIV-9] for someone else it is empty, and an empty one is nothing to keep', () => {
  const form = administratorFormOf(sessionOf('ana'));
  expect(form.draft()).toBeNull();
  form.name = 'Priya';
  draftsOf('ana').keep();
  expect(administratorFormOf(sessionOf('bea')).name).toBe('');
});

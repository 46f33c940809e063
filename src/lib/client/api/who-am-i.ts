import type { inferRouterOutputs } from '@trpc/server';
import type { ActingAs } from '$lib/protocol/acting-as';
import type { AppRouter } from '$lib/server/api/trpc/router';
import { api, refusalOf } from './api';
import { rotated } from './cookie-rotation';

/** Answer of `me.get`: who is signed in and what they may do. */
export type Me = inferRouterOutputs<AppRouter>['me']['get'];

/** The same, and in which session; null where the server does not say. */
export type Here = { me: Me; as: ActingAs | null };

/**
 * Asks the server who is here. The cookie changes with every proof of the password: nobody is signed out, and
 * nothing is taken off a device, before a second answer says so.
 */
export async function whoAmI(): Promise<Here> {
  try {
    return await ask();
  } catch (error) {
    if (refusalOf(error)?.code !== 'auth/signed-out') throw error;
    await rotated();
    return ask();
  }
}

async function ask(): Promise<Here> {
  let as: ActingAs | null = null;
  const hears = (told: ActingAs | null) => (as = told);
  const me = await api.me.get.query(undefined, { context: { hears } });
  return { me, as };
}

/** True when the server said that nobody is here, that a step of the sign-in is left, or that a visit is over. */
export function isSignedOut(error: unknown): boolean {
  const code = refusalOf(error)?.code;
  return code === 'auth/signed-out' || code === 'auth/step-required' || code === 'auth/other-session';
}

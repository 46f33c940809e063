import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '$lib/server/trpc/router';
import { api, refusalOf } from './api';
import { rotated } from './cookie-rotation';

/** Who I am and what I may do, as the server says. */
export type Me = inferRouterOutputs<AppRouter>['me']['get'];

/**
 * Asks the server who is here. The cookie changes with every proof of the password: nobody is signed out, and nothing is taken
 * off a device, before a second answer says so.
 */
export async function whoAmI(): Promise<Me> {
  try {
    return await api.me.get.query();
  } catch (error) {
    if (refusalOf(error)?.code !== 'auth/signed-out') throw error;
    await rotated();
    return api.me.get.query();
  }
}

/** True when the server said that nobody is here, or that a step of the sign-in is left. */
export function isSignedOut(error: unknown): boolean {
  const code = refusalOf(error)?.code;
  return code === 'auth/signed-out' || code === 'auth/step-required';
}

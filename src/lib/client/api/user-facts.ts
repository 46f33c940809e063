import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '$lib/server/api/trpc/router';

/** One user as `users.get` tells of it. */
export type UserFacts = inferRouterOutputs<AppRouter>['users']['get'];

import type { inferRouterOutputs } from '@trpc/server';
import type { CapSettings } from '$lib/core/quotas/caps';
import type { AppRouter } from '$lib/server/api/trpc/router';

/** One administrator as `administrators.get` tells of them; caps are null for those who may not see them. */
export type PersonFacts = inferRouterOutputs<AppRouter>['administrators']['get'] & {
  caps: CapSettings | null;
};

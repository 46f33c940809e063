import type { inferRouterOutputs } from '@trpc/server';
import type { CommandName } from '$lib/core/commands';
import type { AppRouter } from '$lib/server/api/trpc/router';

type Outputs = inferRouterOutputs<AppRouter>;

/** Answer of the server to a command that it did not refuse, as the router has it. */
export type CommandAnswer<N extends CommandName> = {
  [K in N]: K extends `${infer R extends keyof Outputs}.${infer P}`
    ? P extends keyof Outputs[R]
      ? Outputs[R][P]
      : never
    : never;
}[N];

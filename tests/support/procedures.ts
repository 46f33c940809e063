import { appRouter } from '../../src/lib/server/api/trpc/router';

export type Access = 'public' | 'steps' | 'signed-in' | { permission: string };

type Definition = { _def: { query?: boolean; mutation?: boolean; meta?: { access?: Access } } };

/** Every procedure of the router, by its name, with what it takes. */
export const PROCEDURES = Object.entries(
  appRouter._def.procedures as unknown as Record<string, Definition>
).map(([name, { _def }]) => ({ name, query: _def.query === true, access: _def.meta?.access }));

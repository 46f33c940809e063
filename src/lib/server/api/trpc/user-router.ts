import type { AnyProcedure, AnyRouter } from '@trpc/server';
import { OPEN_TO_USERS } from '../../../core/users/open-to-users';
import { router } from './init';
import { appRouter } from './router';

/**
 * Router of what users call: the same procedures as staff's, those of the closed list alone (TEN-3). Any other is
 * no procedure here, so that a call of one is answered in everything as a call of one that never was.
 */
export const userRouter: AnyRouter = router(openAreas());

function openAreas(): Record<string, AnyRouter> {
  const known = appRouter._def.procedures as unknown as Record<string, AnyProcedure>;
  const open: Record<string, Record<string, AnyProcedure>> = {};
  for (const path of Object.keys(OPEN_TO_USERS)) {
    const [area = '', name = ''] = path.split('.');
    const procedure = known[path];
    if (!procedure) throw new Error(`no procedure ${path}`);
    open[area] = { ...open[area], [name]: procedure };
  }
  return Object.fromEntries(Object.entries(open).map(([area, procedures]) => [area, router(procedures)]));
}

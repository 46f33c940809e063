import { router } from './init';
import { administrators } from './routers/administrators';
import { auth } from './routers/auth';
import { log } from './routers/log';
import { catalogue, me } from './routers/me';
import { roles } from './routers/roles';
import { setup } from './routers/setup';

export const appRouter = router({ setup, auth, me, catalogue, roles, administrators, log });

export type AppRouter = typeof appRouter;

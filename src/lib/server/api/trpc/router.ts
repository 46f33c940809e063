import { router } from './init';
import { administrators } from './routers/administrators';
import { applications, keys } from './routers/applications';
import { auth } from './routers/auth';
import { handovers } from './routers/handovers';
import { log } from './routers/log';
import { catalogue, me } from './routers/me';
import { owner } from './routers/owner';
import { roles } from './routers/roles';
import { settings } from './routers/settings';
import { setup } from './routers/setup';

export const appRouter = router({
  setup,
  auth,
  me,
  catalogue,
  roles,
  administrators,
  applications,
  keys,
  owner,
  handovers,
  log,
  settings
});

export type AppRouter = typeof appRouter;

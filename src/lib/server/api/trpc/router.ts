import { router } from './init';
import { access } from './routers/access';
import { administrators } from './routers/administrators';
import { applications, keys } from './routers/applications';
import { auth } from './routers/auth';
import { caps } from './routers/caps';
import { handovers } from './routers/handovers';
import { lists } from './routers/lists';
import { log } from './routers/log';
import { catalogue, me } from './routers/me';
import { own } from './routers/own';
import { owner } from './routers/owner';
import { packages } from './routers/packages';
import { roles } from './routers/roles';
import { routes } from './routers/routes';
import { settings } from './routers/settings';
import { setup } from './routers/setup';
import { userRoles } from './routers/user-roles';
import { users } from './routers/users';

export const appRouter = router({
  setup,
  auth,
  me,
  own,
  catalogue,
  roles,
  userRoles,
  administrators,
  applications,
  keys,
  packages,
  users,
  routes,
  caps,
  owner,
  handovers,
  lists,
  log,
  settings,
  access
});

export type AppRouter = typeof appRouter;

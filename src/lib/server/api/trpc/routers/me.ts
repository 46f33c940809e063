import { catalogueFor } from '../../../../core/roles/role-kinds';
import { NoticeId } from '../../../../protocol/account-inputs';
import { Nothing } from '../../../../protocol/fields';
import { askingOf } from '../../../services/write-path/caller';
import { setAllowlist } from '../../../services/account/ip-allowlist';
import { readOwnSessions, revokeOwnSessions } from '../../../services/account/own-sessions';
import { updateProfile } from '../../../services/account/update-profile';
import { dismissNotice, noteActivity, readMe } from '../../../services/account/me';
import { command, procedure, router, through, unwrap } from '../init';

const OWN_SESSIONS = { permission: 'people.self.own_sessions' } as const;

export const me = router({
  get: procedure('signed-in', 'session').query(async ({ ctx }) => unwrap(await readMe(ctx.deps, ctx.caller))),
  /** Somebody is using the page: the idle time starts anew. */
  active: procedure('signed-in', 'session')
    .input(Nothing)
    .mutation(async ({ ctx }) => {
      if (ctx.caller.session) await noteActivity(ctx.deps, ctx.caller.session);
      return {};
    }),
  update: command('me.update').mutation(through(updateProfile)),
  sessions: procedure(OWN_SESSIONS, 'session').query(async ({ ctx }) =>
    unwrap(await readOwnSessions(ctx.deps, ctx.caller))
  ),
  revokeSessions: command('me.revokeSessions').mutation(through(revokeOwnSessions)),
  setAllowlist: command('me.setAllowlist').mutation(through(setAllowlist)),
  dismissNotice: procedure('signed-in', 'session')
    .input(NoticeId)
    .mutation(async ({ ctx, input }) => {
      if (ctx.caller.session) await dismissNotice(ctx.deps, ctx.caller.session, input.id);
      return {};
    })
});

export const catalogue = router({
  get: procedure('signed-in').query(({ ctx }) => {
    // A user is shown what users may do, and nothing of what staff may.
    const kind = askingOf(ctx.caller)?.kind ?? 'administrator';
    return catalogueFor(kind, ctx.deps.catalogue).catalogue;
  })
});

import { Nothing } from '../../../../protocol/fields';
import {
  ChangePassword,
  CodeInput,
  InvitationAccept,
  InvitationRead,
  Reauthenticate,
  SignIn,
  SignOut
} from '../../../../protocol/sign-in-inputs';
import { acceptInvitation, readInvitation } from '../../../services/sign-in/accept-invitation';
import { changePassword } from '../../../services/sign-in/change-password';
import {
  beginTotp,
  confirmTotp,
  disableTotp,
  renewRecoveryCodes
} from '../../../services/sign-in/enrol-two-factor';
import { reauthenticate } from '../../../services/sign-in/reauthenticate';
import { passSecondFactor } from '../../../services/sign-in/second-factor';
import { signIn } from '../../../services/sign-in/sign-in';
import { signOut } from '../../../services/sign-in/sign-out';
import type { Context } from '../context';
import { procedure, router, unwrap } from '../init';

/** Puts the cookies of a step where they belong, and answers with the rest: a token is never in an answer. */
function stepped<T extends { token: string; device?: string | null; personId?: string }>(
  ctx: Context,
  { token, device, personId, ...rest }: T
): Omit<T, 'token' | 'device' | 'personId'> {
  ctx.setSession(token, personId);
  if (device) ctx.setDevice(device);
  return rest;
}

export const auth = router({
  signIn: procedure('public')
    .input(SignIn)
    .mutation(async ({ ctx, input }) => stepped(ctx, unwrap(await signIn(ctx.deps, ctx.caller, input)))),
  totp: procedure('steps')
    .input(CodeInput)
    .mutation(async ({ ctx, input }) =>
      stepped(ctx, unwrap(await passSecondFactor(ctx.deps, ctx.caller, input.code)))
    ),
  changePassword: procedure('steps')
    .input(ChangePassword)
    .mutation(async ({ ctx, input }) =>
      stepped(ctx, unwrap(await changePassword(ctx.deps, ctx.caller, input)))
    ),
  beginTotp: procedure('steps')
    .input(Nothing)
    .mutation(async ({ ctx }) => unwrap(await beginTotp(ctx.deps, ctx.caller))),
  confirmTotp: procedure('steps')
    .input(CodeInput)
    .mutation(async ({ ctx, input }) =>
      stepped(ctx, unwrap(await confirmTotp(ctx.deps, ctx.caller, input.code)))
    ),
  disableTotp: procedure({ permission: 'people.self.manage_2fa_passkeys' }, 'session')
    .input(Nothing)
    .mutation(async ({ ctx }) => stepped(ctx, unwrap(await disableTotp(ctx.deps, ctx.caller)))),
  renewRecoveryCodes: procedure({ permission: 'people.self.manage_2fa_passkeys' }, 'session')
    .input(Nothing)
    .mutation(async ({ ctx }) => unwrap(await renewRecoveryCodes(ctx.deps, ctx.caller))),
  reauthenticate: procedure('signed-in', 'session')
    .input(Reauthenticate)
    .mutation(async ({ ctx, input }) =>
      stepped(ctx, unwrap(await reauthenticate(ctx.deps, ctx.caller, input)))
    ),
  /** A mutation, so that the secret of the link is in no address. */
  readInvitation: procedure('public')
    .input(InvitationRead)
    .mutation(async ({ ctx, input }) => unwrap(await readInvitation(ctx.deps, ctx.caller, input.token))),
  acceptInvitation: procedure('public')
    .input(InvitationAccept)
    .mutation(async ({ ctx, input }) =>
      stepped(ctx, unwrap(await acceptInvitation(ctx.deps, ctx.caller, input)))
    ),
  signOut: procedure('public')
    .input(SignOut)
    .mutation(async ({ ctx, input }) => {
      await signOut(ctx.deps, ctx.caller);
      ctx.dropSession();
      // A visit left nothing on the device; what is there is of whoever goes on.
      if (!input?.keepStorage && !ctx.isVisit) ctx.clearSite();
      return {};
    })
});

import { Nothing, SignIn } from '../../../protocol/inputs';
import { signIn, signOut } from '../../services/people/sign-in';
import { procedure, router, unwrap } from '../init';

export const auth = router({
  signIn: procedure('public')
    .input(SignIn)
    .mutation(async ({ ctx, input }) => {
      const { token, next } = unwrap(await signIn(ctx.deps, ctx.caller, input));
      ctx.setSession(token);
      return { next };
    }),
  signOut: procedure('public')
    .input(Nothing)
    .mutation(async ({ ctx }) => {
      await signOut(ctx.deps, ctx.caller);
      ctx.setSession(null);
      return {};
    })
});

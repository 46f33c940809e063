import { OwnershipStep, PersonAction } from '../../../../protocol/inputs';
import { acceptOwnership, declineOwnership } from '../../../services/ownership/accept';
import { offerOwnership, readOwnership, withdrawOffer } from '../../../services/ownership/offer';
import { mutate } from '../../../services/write-path/mutate';
import { procedure, router, unwrap } from '../init';

const TRANSFER = { permission: 'people.ownership.transfer' } as const;

export const owner = router({
  get: procedure({ permission: 'people.ownership.view' }).query(async ({ ctx }) =>
    unwrap(await readOwnership(ctx.deps, ctx.caller))
  ),
  offer: procedure(TRANSFER)
    .input(PersonAction)
    .mutation(async ({ ctx, input }) => unwrap(await mutate(ctx.deps, ctx.caller, offerOwnership, input))),
  withdraw: procedure(TRANSFER)
    .input(OwnershipStep)
    .mutation(async ({ ctx, input }) => unwrap(await withdrawOffer(ctx.deps, ctx.caller, input))),
  accept: procedure('signed-in')
    .input(OwnershipStep)
    .mutation(async ({ ctx, input }) => unwrap(await acceptOwnership(ctx.deps, ctx.caller, input))),
  decline: procedure('signed-in')
    .input(OwnershipStep)
    .mutation(async ({ ctx, input }) => unwrap(await declineOwnership(ctx.deps, ctx.caller, input)))
});

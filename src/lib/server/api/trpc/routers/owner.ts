import { acceptOwnership, declineOwnership } from '../../../services/ownership/accept';
import { offerOwnership, readOwnership, withdrawOffer } from '../../../services/ownership/offer';
import { command, procedure, router, through, unwrap } from '../init';

export const owner = router({
  get: procedure({ permission: 'people.ownership.view' }).query(async ({ ctx }) =>
    unwrap(await readOwnership(ctx.deps, ctx.caller))
  ),
  offer: command('owner.offer').mutation(through(offerOwnership)),
  withdraw: command('owner.withdraw').mutation(through(withdrawOffer)),
  accept: command('owner.accept').mutation(through(acceptOwnership)),
  decline: command('owner.decline').mutation(through(declineOwnership))
});

import { isSuperAdministrator } from '../../../core/access/access';
import { findAdministrator, updateAdministrator } from '../../db/tables/administrators-table';
import { deleteOffer, lockOffer, readOffer, type OfferRow } from '../../db/tables/ownership-table';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import { defineCommand } from '../write-path/define-command';
import { mutate, type Answer, type Decision, type Outcome } from '../write-path/mutate';
import { isMeant, peopleOf, type OwnershipStep } from './offer';

const NO_OFFER = { refused: { code: 'not-found', what: 'offer' } } as const;

/**
 * Accepts the ownership: both people and the offer are locked, and one transaction moves the flag (OWN-1, OWN-2). The former
 * owner stays Super Administrator.
 */
export async function acceptOwnership(
  deps: Deps,
  caller: Caller,
  input: OwnershipStep
): Promise<Answer<{ owner: true }>> {
  // Read outside to know whom to lock, in order; the offer itself is judged under its own lock.
  const offered = await readOffer(deps.db);
  return mutate(deps, caller, acceptFrom(offered?.fromId, caller.session?.personId), input);
}

function acceptFrom(fromId: string | undefined, toId: string | undefined) {
  return defineCommand<'owner.accept', { owner: true }>('owner.accept', {
    people: () => [fromId, toId].filter((id) => id !== undefined),
    target: () => ({ type: 'ownership', id: 'offer' }),
    decide: (context, input) => decide(context, input, fromId)
  });
}

async function decide(
  { tx, actor, people }: Decision,
  input: OwnershipStep,
  fromId: string | undefined
): Promise<Outcome<{ owner: true }>> {
  const offer = await lockOffer(tx);
  if (!offer || fromId === undefined || !isFor(offer, actor.id, fromId) || !isMeant(offer, input))
    return NO_OFFER;
  const former = people.get(fromId);
  if (!former?.owner) return NO_OFFER;
  if (!isSuperAdministrator(actor.roleId)) return { refused: { code: 'access/owner' } };
  const self = people.get(actor.id)!;
  // The flag leaves before it arrives: the index lets nobody see two.
  await updateAdministrator(tx, former.id, { owner: false, seq: former.seq + 1 });
  await updateAdministrator(tx, self.id, { owner: true, seq: self.seq + 1 });
  await deleteOffer(tx);
  return {
    answer: { owner: true },
    events: [
      {
        action: 'ownership.transferred',
        target: { type: 'administrator', id: self.id, name: self.name },
        outcome: 'success',
        change: [{ path: 'owner', old: former.id, new: self.id }]
      }
    ],
    touches: [`person:${former.id}`, `person:${self.id}`],
    authority: [`person:${former.id}`, `person:${self.id}`],
    notices: [
      ...[former, self].map((to) => ({
        to,
        kind: 'ownership-accepted' as const,
        data: { from: former.name, to: self.name }
      })),
      { to: self, kind: 'first-steps', data: {} }
    ]
  };
}

/** Says no to the ownership. */
export async function declineOwnership(
  deps: Deps,
  caller: Caller,
  input: OwnershipStep
): Promise<Answer<{ declined: boolean }>> {
  return mutate(deps, caller, declineOf(await readOffer(deps.db)), input);
}

const declineOf = (offered: OfferRow | null) =>
  defineCommand<'owner.decline', { declined: boolean }>('owner.decline', {
    people: () => peopleOf(offered),
    target: () => ({ type: 'ownership', id: 'offer' }),
    async decide({ tx, actor }, input) {
      const offer = await lockOffer(tx);
      if (offer?.toId !== actor.id || !isMeant(offer, input)) return NO_OFFER;
      await deleteOffer(tx);
      const from = await findAdministrator(tx, offer.fromId);
      return {
        answer: { declined: true },
        events: [
          {
            action: 'ownership.declined',
            target: { type: 'administrator', id: actor.id, name: actor.name },
            outcome: 'success'
          }
        ],
        touches: [`person:${actor.id}`],
        authority: [`person:${actor.id}`],
        notices: from ? [{ to: from, kind: 'ownership-declined', data: { by: actor.name } }] : []
      };
    }
  });

function isFor(offer: OfferRow, toId: string, fromId: string): boolean {
  return offer.toId === toId && offer.fromId === fromId && offer.expiresAt.getTime() > Date.now();
}

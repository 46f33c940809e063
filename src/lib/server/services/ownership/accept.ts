import { isSuperAdministrator } from '../../../core/access/access';
import { findAdministrator, updateAdministrator } from '../../db/tables/administrators-table';
import { deleteOffer, lockOffer, type OfferRow } from '../../db/tables/ownership-table';
import { defineCommand } from '../write-path/define-command';
import type { Decision, Outcome } from '../write-path/mutation';
import { ABOUT_OFFER, isMeant, type OwnershipStep } from './offer';

const NO_OFFER = { refused: { code: 'not-found', what: 'offer' } } as const;

/**
 * Accepts the ownership: both people and the offer are locked, and one transaction moves the flag (OWN-1, OWN-2). The
 * former owner stays Super Administrator.
 */
export const acceptOwnership = defineCommand('owner.accept', {
  ...ABOUT_OFFER,
  people: (_input, { prepared: offer, caller }) =>
    [offer?.fromId, caller.session?.personId].filter((id) => id !== undefined),
  decide
});

async function decide(
  { tx, actor, people }: Decision,
  input: OwnershipStep,
  offered: OfferRow | null
): Promise<Outcome<{ owner: true }>> {
  const offer = await lockOffer(tx);
  if (!offer || !offered || !isFor(offer, actor.id, offered.fromId) || !isMeant(offer, input))
    return NO_OFFER;
  const former = people.get(offered.fromId);
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
    affects: [`person:${former.id}`, `person:${self.id}`],
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
export const declineOwnership = defineCommand('owner.decline', {
  ...ABOUT_OFFER,
  async decide({ tx, actor }, input: OwnershipStep): Promise<Outcome<{ declined: boolean }>> {
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
      affects: [`person:${actor.id}`],
      authority: [`person:${actor.id}`],
      notices: from ? [{ to: from, kind: 'ownership-declined', data: { by: actor.name } }] : []
    };
  }
});

function isFor(offer: OfferRow, toId: string, fromId: string): boolean {
  return offer.toId === toId && offer.fromId === fromId && offer.expiresAt.getTime() > Date.now();
}

import { isSuperAdministrator } from '../../../core/access/access';
import { decideOffer } from '../../../core/administrators/people';
import { findAdministrator, findOwner } from '../../db/tables/administrators-table';
import {
  deleteOffer,
  lockOffer,
  readOffer,
  writeOffer,
  type OfferRow
} from '../../db/tables/ownership-table';
import { ask, type Question } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import { defineCommand, definePersonCommand } from '../write-path/define-command';
import { personTarget } from '../write-path/person-action';
import type { RefusalOr } from '../write-path/refusal-or';
import type { OperationInput, Outcome, Preparation, Prepared } from '../write-path/mutation';

/** Time an offer can be accepted, in hours (OWN-2). */
const OFFER_HOURS = 72;

export type OfferSummary = {
  from: { id: string; name: string };
  to: { id: string; name: string };
  offeredAt: string;
  expiresAt: string;
};

export type OwnershipView = { owner: { id: string; name: string } | null; offer: OfferSummary | null };

/** Owner of the account, and the open offer. */
export function readOwnership(deps: Deps, caller: Caller): Promise<RefusalOr<OwnershipView>> {
  const question: Question = { name: 'owner.get', permission: 'people.ownership.view' };
  return ask<OwnershipView>(deps, caller, question, async () => {
    const owner = await findOwner(deps.db);
    return { answer: { owner: owner && { id: owner.id, name: owner.name }, offer: await openOffer(deps) } };
  });
}

/** The offer that can be accepted now; null when there is none. */
export async function openOffer({ db }: Pick<Deps, 'db'>): Promise<OfferSummary | null> {
  const offer = await readOffer(db);
  if (!offer || offer.expiresAt.getTime() <= Date.now()) return null;
  const [from, to] = await Promise.all([
    findAdministrator(db, offer.fromId),
    findAdministrator(db, offer.toId)
  ]);
  if (!from || !to) return null;
  return {
    from: { id: from.id, name: from.name },
    to: { id: to.id, name: to.name },
    offeredAt: offer.offeredAt.toISOString(),
    expiresAt: offer.expiresAt.toISOString()
  };
}

/**
 * Offers the ownership: only the owner can, and only to an active Super Administrator. A new offer replaces an
 * earlier one.
 */
export const offerOwnership = definePersonCommand('owner.offer', {
  judge: ({ actor }, row) =>
    Promise.resolve(
      decideOffer(actor, {
        id: row.id,
        superAdministrator: isSuperAdministrator(row.roleId),
        active: row.status === 'active' && row.deletedAt === null,
        activated: row.activationExpiresAt === null
      })
    ),
  async act({ tx, actor }, row) {
    const offeredAt = new Date();
    const expiresAt = new Date(offeredAt.getTime() + OFFER_HOURS * 3_600_000);
    await lockOffer(tx);
    await writeOffer(tx, { fromId: actor.id, toId: row.id, offeredAt, expiresAt });
    const data = { by: actor.name, until: expiresAt.toISOString() };
    return {
      answer: { expiresAt: expiresAt.toISOString() },
      events: [
        {
          action: 'ownership.offered',
          target: personTarget(row),
          outcome: 'success',
          change: [{ path: 'until', old: null, new: expiresAt.toISOString() }]
        }
      ],
      affects: [`person:${row.id}`],
      authority: [`person:${row.id}`],
      notices: [{ to: row, kind: 'ownership-offered', data }]
    };
  }
});

/**
 * Input of a step on an open offer. `offer`: ISO time at which the offer that is meant expires; the step may have
 * waited on a device.
 */
export type OwnershipStep = OperationInput & { offer?: string | undefined };

/** True if the step was decided about this offer, and not about another one. */
export function isMeant(offer: OfferRow, step: OwnershipStep): boolean {
  return step.offer === undefined || offer.expiresAt.toISOString() === step.offer;
}

/** Whom an offer concerns, to be locked before it is: as everybody does, else two wait for each other. */
export function peopleOf(offer: OfferRow | null): string[] {
  return offer ? [offer.fromId, offer.toId] : [];
}

/**
 * Phases of a step on an open offer: it is read before the transaction to know whom to lock, in order, and judged
 * under its own lock.
 */
export const ABOUT_OFFER = {
  prepare: async ({ deps }: Preparation): Promise<RefusalOr<OfferRow | null>> => ({
    answer: await readOffer(deps.db)
  }),
  people: (_input: OwnershipStep, { prepared }: Prepared<OfferRow | null>) => peopleOf(prepared),
  target: () => ({ type: 'ownership', id: 'offer' })
};

/** Takes the open offer back. */
export const withdrawOffer = defineCommand('owner.withdraw', {
  ...ABOUT_OFFER,
  async decide({ tx, actor }, input: OwnershipStep): Promise<Outcome<{ withdrawn: boolean }>> {
    if (!actor.owner) return { refused: { code: 'access/owner' } };
    const offer = await lockOffer(tx);
    if (!offer || !isMeant(offer, input)) return { answer: { withdrawn: false }, events: [], affects: [] };
    await deleteOffer(tx);
    const to = await findAdministrator(tx, offer.toId);
    return {
      answer: { withdrawn: true },
      events: [
        {
          action: 'ownership.withdrawn',
          target: { type: 'administrator', id: offer.toId, name: to?.name ?? null },
          outcome: 'success'
        }
      ],
      affects: [`person:${offer.toId}`],
      authority: [`person:${offer.toId}`],
      notices: to ? [{ to, kind: 'ownership-withdrawn', data: { by: actor.name } }] : []
    };
  }
});

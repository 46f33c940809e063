import { api } from '$lib/client/api/api';
import type { Outbox } from '$lib/client/outbox/outbox.svelte';
import type { WholeCommand } from '$lib/client/outbox/record';
import type { OperationOutcome } from '$lib/shared/commands/operation';
import { secretGiver } from '$lib/shared/credentials/give-secret';

export type Command<T = unknown> = () => Promise<OperationOutcome<T>>;

type Target = { id: string; name: string };

// What is done to an account from its page (ADM-7, ADM-8). It waits on the device when there is no connection, and
// happens once however often its request is repeated.

const command =
  (outbox: Outbox, { id, name }: Target, command: WholeCommand): Command =>
  () =>
    outbox.run({ ...command, subject: `person:${id}`, label: name });

/** Commands that carry nothing but the person. `owner.offer` (OWN-2) asks for the password when it is sent. */
type Plain = `administrators.${'suspend' | 'unlock' | 'reset2fa'}` | 'owner.offer';

const plain = (procedure: Plain) => (outbox: Outbox, person: Target) =>
  command(outbox, person, { procedure, input: { id: person.id } });

export const suspend = plain('administrators.suspend');

/** @param seen the version in which its author saw them barred */
export const reactivate = (outbox: Outbox, person: Target, seen: number) =>
  command(outbox, person, { procedure: 'administrators.reactivate', input: { id: person.id, seen } });

export const unlock = plain('administrators.unlock');
export const resetTwoFactor = plain('administrators.reset2fa');
export const offerOwnership = plain('owner.offer');

export const deleteAdministrator = (outbox: Outbox, person: Target, hard: boolean) =>
  command(outbox, person, { procedure: 'administrators.delete', input: { id: person.id, hard } });

/** @param from ISO time; undefined: at once */
export const requireTwoFactor = (outbox: Outbox, person: Target, required: boolean, from?: string) =>
  command(outbox, person, {
    procedure: 'administrators.require2fa',
    input: { id: person.id, required, ...(from === undefined ? {} : { from }) }
  });

/** @param sid one session; undefined: all of them */
export const revokeSessions = (outbox: Outbox, person: Target, sid?: string) =>
  command(outbox, person, {
    procedure: 'administrators.revokeSessions',
    input: { id: person.id, ...(sid === undefined ? {} : { sid }) }
  });

export type OwnershipStepName = `owner.${'accept' | 'decline' | 'withdraw'}`;

/** A step about an open offer: this one, and no later one, however long it waits. */
export const ownershipStep =
  (outbox: Outbox, procedure: OwnershipStepName, { expiresAt }: { expiresAt: string }) =>
  () =>
    outbox.run({ procedure, subject: 'profile', label: 'Ownership', input: { offer: expiresAt } });

/** Resets a password: it needs a connection, since its answer is a secret. */
export function resetPassword(id: string) {
  return secretGiver(id, (request) => api.administrators.resetPassword.mutate(request));
}

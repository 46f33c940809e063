import type { SecretVoid } from '$lib/core/administrators/activation';
import { api } from '$lib/client/api/api';
import type { Outbox } from '$lib/client/outbox/outbox.svelte';
import type { DeedProcedure } from '$lib/client/outbox/record';
import { PersonOperation, type AnsweredOutcome, type OperationOutcome } from './person-operation';

export type Deed<T = unknown> = () => Promise<OperationOutcome<T>>;

type Target = { id: string; name: string };

// What is done to an account from its page (ADM-7, ADM-8). It waits on the device when there is no connection, and happens once
// however often its request is repeated.

const deed =
  (procedure: DeedProcedure) =>
  (outbox: Outbox, { id, name }: Target, more: Record<string, unknown> = {}): Deed =>
  () =>
    outbox.deed({ procedure, subject: `person:${id}`, label: name, input: { id, ...more } });

export const suspend = deed('administrators.suspend');
export const reactivate = deed('administrators.reactivate');
export const unlock = deed('administrators.unlock');
export const resetTwoFactor = deed('administrators.reset2fa');

export const deleteAdministrator = (outbox: Outbox, person: Target, hard: boolean) =>
  deed('administrators.delete')(outbox, person, { hard });

/** @param from ISO time; undefined: at once */
export const requireTwoFactor = (outbox: Outbox, person: Target, required: boolean, from?: string) =>
  deed('administrators.require2fa')(outbox, person, { required, ...(from === undefined ? {} : { from }) });

/** @param sid one session; undefined: all of them */
export const revokeSessions = (outbox: Outbox, person: Target, sid?: string) =>
  deed('administrators.revokeSessions')(outbox, person, sid === undefined ? {} : { sid });

/** Offers the ownership (OWN-2). Without a connection it waits, and asks for the password when it is sent. */
export const offerOwnership = deed('owner.offer');

/** A step about an open offer: this one, and no later one, however long it waits. */
export const ownershipStep =
  (outbox: Outbox, procedure: DeedProcedure & `owner.${string}`, { expiresAt }: { expiresAt: string }) =>
  () =>
    outbox.deed({ procedure, subject: 'profile', label: 'Ownership', input: { offer: expiresAt } });

// What follows needs a connection: its answer is a secret. Each call makes one question of it: however often it is asked again
// after a lost answer, it happens once.

const atOnce = <T>(call: (op: string) => Promise<T>): (() => Promise<AnsweredOutcome<T>>) => {
  const operation = new PersonOperation(call);
  return () => operation.run();
};

/** With a new initial password, or with a link when there is none. Another password is another question. */
export function resetPassword(id: string) {
  let last: {
    password: string | undefined;
    run: () => Promise<AnsweredOutcome<{ link: string | null; linkWithheld: SecretVoid | null }>>;
  } | null = null;
  return (password: string | undefined) => {
    if (last === null || last.password !== password)
      last = {
        password,
        run: atOnce((op) =>
          api.administrators.resetPassword.mutate({ op, id, ...(password === undefined ? {} : { password }) })
        )
      };
    return last.run();
  };
}

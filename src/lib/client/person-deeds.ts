import { api } from './api';
import { PersonOperation, type OperationOutcome } from './person-operation';

export type Deed<T> = () => Promise<OperationOutcome<T>>;

const deed = <T>(call: (op: string) => Promise<T>): Deed<T> => {
  const operation = new PersonOperation(call);
  return () => operation.run();
};

// What is done to an account from its page (ADM-7, ADM-8). Each call makes one question of it: however often it is asked again
// after a lost answer, it happens once.

export const suspend = (id: string) => deed((op) => api.administrators.suspend.mutate({ op, id }));
export const reactivate = (id: string) => deed((op) => api.administrators.reactivate.mutate({ op, id }));
export const unlock = (id: string) => deed((op) => api.administrators.unlock.mutate({ op, id }));
export const resetTwoFactor = (id: string) => deed((op) => api.administrators.reset2fa.mutate({ op, id }));
export const offerOwnership = (id: string) => deed((op) => api.owner.offer.mutate({ op, id }));
export const withdrawOffer = () => deed((op) => api.owner.withdraw.mutate({ op }));

export const deleteAdministrator = (id: string, hard: boolean) =>
  deed((op) => api.administrators.delete.mutate({ op, id, hard }));

/** @param from ISO time; undefined: at once */
export const requireTwoFactor = (id: string, required: boolean, from?: string) =>
  deed((op) =>
    api.administrators.require2fa.mutate({ op, id, required, ...(from === undefined ? {} : { from }) })
  );

/** @param sid one session; undefined: all of them */
export const revokeSessions = (id: string, sid?: string) =>
  deed((op) => api.administrators.revokeSessions.mutate({ op, id, ...(sid === undefined ? {} : { sid }) }));

/** With a new initial password, or with a link when there is none. Another password is another question. */
export function resetPassword(id: string) {
  let last: { password: string | undefined; run: Deed<{ seq: number; link: string | null }> } | null = null;
  return (password: string | undefined) => {
    if (last === null || last.password !== password)
      last = {
        password,
        run: deed((op) =>
          api.administrators.resetPassword.mutate({ op, id, ...(password === undefined ? {} : { password }) })
        )
      };
    return last.run();
  };
}

import { api } from '$lib/client/api/api';
import { Operation, type AnsweredOutcome } from '$lib/shared/commands/operation';

// What is done to the credentials of a user from its page (ADM-5). It takes a connection, and happens once however
// often it is asked again after a lost answer.

export type Credential = 'unlock' | 'reset2fa' | 'revokeSessions' | 'stop2fa';

/** One question: run again, it is the same. */
export function credentialCommand(kind: Credential, id: string): () => Promise<AnsweredOutcome<unknown>> {
  const operation = new Operation<unknown>((op) => {
    if (kind === 'unlock') return api.users.unlock.mutate({ op, id });
    if (kind === 'reset2fa') return api.users.reset2fa.mutate({ op, id });
    if (kind === 'stop2fa') return api.users.require2fa.mutate({ op, id, required: false });
    return api.users.revokeSessions.mutate({ op, id });
  });
  return () => operation.run();
}

/** @param from ISO time; undefined: at once */
export function requireSecondFactor(id: string, from: string | undefined): Promise<AnsweredOutcome<unknown>> {
  return new Operation((op) =>
    api.users.require2fa.mutate({ op, id, required: true, ...(from === undefined ? {} : { from }) })
  ).run();
}

export function endSession(id: string, sid: string): Promise<AnsweredOutcome<unknown>> {
  return new Operation((op) => api.users.revokeSessions.mutate({ op, id, sid })).run();
}

/** Gives an initial password, or a link when there is none. Another password is another question. */
export function giveSecret(id: string) {
  let last: { password: string | undefined; operation: ReturnType<typeof secretOf> } | null = null;
  return (password: string | undefined) => {
    if (last === null || last.password !== password) last = { password, operation: secretOf(id, password) };
    return last.operation.run();
  };
}

function secretOf(id: string, password: string | undefined) {
  return new Operation((op) =>
    api.users.resetPassword.mutate({ op, id, ...(password === undefined ? {} : { password }) })
  );
}

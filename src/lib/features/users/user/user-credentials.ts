import { api } from '$lib/client/api/api';
import { operation, type AnsweredOutcome } from '$lib/shared/commands/operation';
import type { CredentialQuestion } from '$lib/shared/credentials/credential-questions';
import { secretGiver } from '$lib/shared/credentials/give-secret';

// What is done to the credentials of a user from its page (ADM-5). It takes a connection, and happens once however
// often it is asked again after a lost answer.

const CALLS: Record<CredentialQuestion, (request: { op: string; id: string }) => Promise<unknown>> = {
  unlock: (request) => api.users.unlock.mutate(request),
  reset2fa: (request) => api.users.reset2fa.mutate(request),
  stop2fa: (request) => api.users.require2fa.mutate({ ...request, required: false }),
  revokeSessions: (request) => api.users.revokeSessions.mutate(request)
};

/** One question: run again, it is the same. */
export function credentialCommand(
  kind: CredentialQuestion,
  id: string
): () => Promise<AnsweredOutcome<unknown>> {
  const run = operation((op, request: { id: string }) => CALLS[kind]({ op, ...request }));
  return () => run({ id });
}

/** @param from ISO time; undefined: at once */
export function requireSecondFactor(id: string, from: string | undefined): Promise<AnsweredOutcome<unknown>> {
  const run = operation((op, request: { id: string; from?: string }) =>
    api.users.require2fa.mutate({ op, required: true, ...request })
  );
  return run({ id, ...(from === undefined ? {} : { from }) });
}

export function endSession(id: string, sid: string): Promise<AnsweredOutcome<unknown>> {
  const run = operation((op, request: { id: string; sid: string }) =>
    api.users.revokeSessions.mutate({ op, ...request })
  );
  return run({ id, sid });
}

export function giveSecret(id: string) {
  return secretGiver(id, (request) => api.users.resetPassword.mutate(request));
}

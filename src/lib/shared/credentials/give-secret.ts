import { operation, type AnsweredOutcome } from '../commands/operation';

/** Request for a secret: with an initial password, or for a link when there is none. */
type SecretRequest = { id: string; password?: string };

/**
 * Gives somebody an initial password, or a link when there is none. Its answer is a secret, so it takes a connection;
 * another password is another question.
 */
export function secretGiver<T>(
  id: string,
  call: (request: SecretRequest & { op: string }) => Promise<T>
): (password: string | undefined) => Promise<AnsweredOutcome<T>> {
  const give = operation((op, request: SecretRequest) => call({ op, ...request }));
  return (password) => give({ id, ...(password === undefined ? {} : { password }) });
}

/** Owner of the keys that the Postfix policy service uses. */
export const POSTFIX_SCOPE = 'postfix';

/**
 * The key of a message: `instance` alone is not one, because Postfix gives two messages the same when the first was
 * refused at its end, and it is unique on one host alone, so the name of the MTA is part of it.
 */
export function postfixKey({
  mta,
  instance,
  queueId
}: {
  mta: string;
  instance: string;
  queueId: string;
}): string {
  return postfixKeyHead(mta, queueId) + instance;
}

/** Beginning of a message's keys, as far as the mail log knows them: it has no instance. */
export function postfixKeyHead(mta: string, queueId: string): string {
  return `${encodeURIComponent(mta)}/${encodeURIComponent(queueId)}/`;
}

/** Messages of Node and mail servers, and what the reader can do about each; the first that fits counts. */
const CAUSES: readonly [RegExp, (host: string) => string][] = [
  [/ENOTFOUND|EAI_AGAIN|ENODATA/, (host) => `No server named ${host} was found. Check Host.`],
  [/ECONNREFUSED/, (host) => `${host} refused the connection. Check Host and Port.`],
  [
    /ETIMEDOUT|ESOCKET|time[d]? ?out|Greeting never received/i,
    (host) => `${host} did not answer. Check Host, Port and Encryption.`
  ],
  [
    /wrong version number|ssl3_get_record|STARTTLS/i,
    () => 'The encryption does not fit this port. Check Encryption.'
  ],
  [/certificate|CERT_/i, (host) => `The certificate of ${host} could not be verified.`],
  [/\b53[45]\b|EAUTH/, () => 'The server refused the user name or the password.'],
  [/\b55[0134]\b/, () => 'The server refused the sender or the recipient.']
];

/** Reason a test mail was not sent, in a sentence; null when only the server's own words say it. */
export function mailFailure(said: string, host: string): string | null {
  return CAUSES.find(([pattern]) => pattern.test(said))?.[1](host) ?? null;
}

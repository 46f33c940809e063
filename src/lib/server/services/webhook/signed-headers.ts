import { createHmac, randomBytes } from 'node:crypto';

const SECRET_BYTES = 32;

/** A secret as Standard Webhooks write them. */
export function makeWebhookSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}

/**
 * The headers of Standard Webhooks: HMAC-SHA256 over id, time and body.
 * @param secrets each signs: while one is replaced, the old one too
 * @param timestamp of this try, in seconds since 1970
 */
export function signedHeaders(
  secrets: readonly string[],
  id: string,
  timestamp: number,
  body: string
): Record<string, string> {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' ')
  };
}

import type { KeyProblem } from '../../../core/applications/keys';
import type { ProgramAnswer } from './program-route';

const WORDS: Record<KeyProblem, string> = {
  unknown: 'No such key. Send it as "Authorization: Bearer <key>".',
  expired: 'This key has expired.',
  revoked: 'This key was revoked.',
  rotated: 'This key was replaced by another one, and its time beside it is over.',
  suspended: 'Whoever this key belongs to is suspended, or must finish signing in first.',
  address: 'This key can’t be used from this address.'
};

/** @param isSent whether there was anything like a key at all */
export function keyRefused(code: KeyProblem, isSent: boolean): ProgramAnswer {
  const error = isSent ? `, error="invalid_token", error_description="${code}"` : '';
  return {
    status: 401,
    body: { code, message: WORDS[code] },
    headers: { 'www-authenticate': `Bearer realm="Rolecall"${error}` }
  };
}

export function permissionMissing(permission: string): ProgramAnswer {
  const message = `This requires the permission ${permission}.`;
  return { status: 403, body: { code: 'access/permission-required', permission, message } };
}

/**
 * The answer to whoever is above the API's own limits (draft-ietf-httpapi-ratelimit-headers-10): of calls, or of
 * streams that are open at once.
 * @param wait in seconds
 */
export function tooMany(wait: number, policy: 'default' | 'streams' = 'default'): ProgramAnswer {
  return {
    status: 429,
    body: {
      type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
      title: 'Request cannot be satisfied as assigned quota has been exceeded',
      status: 429,
      'violated-policies': [policy]
    },
    headers: { 'content-type': 'application/problem+json', 'retry-after': String(wait) }
  };
}

/** Answer while what is in force is not known, or not as freshly as was demanded: nobody is told yes. */
export function notKnown(): ProgramAnswer {
  return {
    status: 503,
    body: { code: 'unavailable', message: 'What is in force is not known at this moment. Try again.' },
    headers: { 'retry-after': '1' }
  };
}

/** A message in plain words: the body of an error in AuthZEN. */
export function problem(status: 400 | 404 | 405 | 413 | 500, message: string): ProgramAnswer {
  return { status, body: message, headers: { 'content-type': 'text/plain; charset=utf-8' } };
}

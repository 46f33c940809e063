import { randomBytes } from 'node:crypto';
import { sha256 } from './token';

/**
 * A device that somebody signed in from is known again by this cookie. It opens nothing: it only tells old from
 * new.
 */
export const DEVICE_COOKIE = '__Host-rolecall-device';
export const DEVICE_SECONDS = 180 * 86_400;

const DEVICE = /^[A-Za-z0-9_-]{43}$/;

/** A new device's cookie: 256 bits. */
export function newDevice(): string {
  return randomBytes(32).toString('base64url');
}

/** Hash that is stored of a device; null when the cookie was never one of ours. */
export function deviceHash(cookie: string | null): Buffer | null {
  return cookie !== null && DEVICE.test(cookie) ? sha256(cookie) : null;
}

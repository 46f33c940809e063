import { randomBytes } from 'node:crypto';
import { ScureBase32Plugin, generateURI, verify } from 'otplib';

/** RFC 6238 as every authenticator app does it: SHA-1, six digits, steps of 30 seconds (SECURITY A-08). */
const SCHEME = { algorithm: 'sha1', digits: 6, period: 30 } as const;
const SECRET_BYTES = 20;
const CODE = /^[0-9]{6}$/;

const base32 = new ScureBase32Plugin();

/** The secret a person's app and the server share: 160 bits. */
export function newTotpSecret(): Uint8Array {
  return randomBytes(SECRET_BYTES);
}

/** The secret in base32, as apps take it when it is typed. */
export function secretText(secret: Uint8Array): string {
  return base32.encode(secret);
}

/** URI in the QR code: `otpauth://totp/…`. Account is what tells a person's accounts apart, such as the address. */
export function totpUri(enrolment: { secret: Uint8Array; issuer: string; account: string }): string {
  return generateURI({
    ...SCHEME,
    secret: secretText(enrolment.secret),
    issuer: labelPart(enrolment.issuer),
    label: labelPart(enrolment.account)
  });
}

/**
 * The time step a code belongs to; null when it is not good now. Good are the current step, the one before and the
 * one to come (phones' clocks differ, AUT-6), and none up to `lastStep`, the step of the last accepted code (null:
 * there was none). Never throws. Of two requests with the same code both get the step: whoever stores it decides
 * which was first (SECURITY A-09).
 */
export async function matchTotp(
  secret: Uint8Array,
  code: string | undefined,
  nowSeconds: number,
  lastStep: number | null
): Promise<number | null> {
  if (typeof code !== 'string' || !CODE.test(code)) return null;
  try {
    const tolerance: [number, number] = [SCHEME.period, SCHEME.period];
    const result = await verify({
      ...SCHEME,
      secret,
      token: code,
      epoch: Math.floor(nowSeconds),
      epochTolerance: tolerance,
      // Throws for a step that is far ahead, which a server clock that was set back can leave behind: then no code
      // is good.
      afterTimeStep: lastStep ?? undefined
    });
    return result.valid && 'timeStep' in result ? result.timeStep : null;
  } catch {
    return null;
  }
}

/** A colon is what separates issuer from account, and the library leaves it in the label as it is. */
function labelPart(text: string): string {
  return text.replaceAll(':', ' ').replace(/\s+/g, ' ').trim();
}

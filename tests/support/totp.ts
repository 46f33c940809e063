import { generate, ScureBase32Plugin } from 'otplib';

const base32 = new ScureBase32Plugin();

/** The code an authenticator app shows for a secret, `steps` of 30 s from now. */
export function codeOf(secret: string, steps = 0): Promise<string> {
  return generate({ secret: base32.decode(secret), epoch: Math.floor(Date.now() / 1000) + steps * 30 });
}

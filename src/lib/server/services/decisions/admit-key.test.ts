import { expect, test } from 'vitest';
import { KID_LENGTH, SECRET_LENGTH } from '../../../core/applications/key-format';
import { sha256 } from '../../auth/token';
import { admitKey } from './admit-key';
import type { KnownAuthority } from './known-authority';

const kid = 'a'.repeat(KID_LENGTH);
const row = (secret: string) => ({
  kid,
  secretHash: sha256(secret).toString('hex'),
  createdAt: 0,
  expiresAt: Infinity,
  retiresAt: null,
  revokedAt: null
});

test('[APP-4] what is kept of a key’s hash is gone with what was known of the key', () => {
  const [before, after] = ['b'.repeat(SECRET_LENGTH), 'c'.repeat(SECRET_LENGTH)];
  let key = row(before);
  const known = { key: () => key, keyHolder: () => undefined } as unknown as KnownAuthority;
  const refused = (secret: string) => admitKey(known, { kid, secret }, null, 1);
  // Of nobody: the secret was right.
  const ofNobody = { refused: 'revoked', of: null };
  const unknown = { refused: 'unknown', of: null };
  for (let times = 0; times < 2; times++) expect([before, after].map(refused)).toEqual([ofNobody, unknown]);
  key = row(after);
  for (let times = 0; times < 2; times++) expect([before, after].map(refused)).toEqual([unknown, ofNobody]);
  expect(admitKey(known, null, null, 1)).toEqual(unknown);
});

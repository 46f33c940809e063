import type { ApiClient } from './api-client';
import type { StateProbe } from './state';

/** Somebody as they were at one moment: with a role, a password and a session. */
export type Revivable = {
  id: string;
  client: ApiClient;
  cookie: string;
  roleId: string;
  hash: string;
};

/** Remembers somebody with a session. */
export async function revivable(state: StateProbe, id: string, client: ApiClient): Promise<Revivable> {
  const [row] = await state.sql<{ hash: string; roleId: string }[]>`
    select password_hash as hash, role_id as "roleId" from administrators where id = ${id}`;
  return { id, client, cookie: client.cookie, ...row! };
}

/**
 * Brings people back, whatever was done to them: active, activated, in their role, without a second factor (or with
 * one that has no secret) and with the session of before, its password just proved. Their other sessions are gone.
 */
export async function revive(
  state: StateProbe,
  people: readonly Revivable[],
  { twoFactor = false } = {}
): Promise<void> {
  await state.audited(async (tx) => {
    for (const { id, cookie, roleId, hash } of people) {
      const [sid, secret] = cookie.split('=')[1]!.split('.') as [string, string];
      await tx`update administrators set status = 'active', deleted_at = null, role_id = ${roleId}, password_hash = ${hash},
        activation_expires_at = null, activation_hash = null, require_2fa = false, require_2fa_from = null,
        two_factor = ${twoFactor}, field_seq = '{}' where id = ${id}`;
      await tx`delete from sessions where administrator_id = ${id}`;
      await tx`delete from totp where administrator_id = ${id}`;
      await tx`insert into sessions (sid, administrator_id, secret_hash, aal, expires_at, ends_at)
        values (${sid}, ${id}, sha256(${Buffer.from(secret, 'base64url')}), ${twoFactor ? 2 : 1},
          now() + interval '1 hour', now() + interval '12 hours')`;
    }
  });
  for (const person of people) person.client.cookie = person.cookie;
}

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { base62, KID_LENGTH, SECRET_LENGTH, writeKey } from '../../src/lib/core/applications/key-format';
import type { StateProbe } from './state';

/** Properties of an application that is put straight into the database, where they matter. */
export type PlantedApplication = {
  roleId: string;
  name?: string;
  allowlist?: string[];
  perMinute?: number;
  status?: 'active' | 'suspended';
  expiresAt?: Date;
  /** The administrator who made the key. */
  madeBy?: string;
};

export type Planted = { id: string; key: string; keyId: string };

const IN_AN_HOUR = 3600_000;

/** Puts an application with a key into the database past the program. */
export async function plantApplication(state: StateProbe, given: PlantedApplication): Promise<Planted> {
  const id = randomUUID();
  const { roleId, name = `Planted ${id}`, allowlist = [], perMinute = null, status = 'active' } = given;
  const made_by = given.madeBy ?? null;
  const made = newKey();
  await state.audited(async (tx) => {
    await tx`insert into applications ${tx({
      id,
      name,
      name_key: name.toLowerCase(),
      role_id: roleId,
      status,
      allowlist: tx.json(allowlist),
      per_minute: perMinute
    })}`;
    const owned = { application_id: id, made_by, expires_at: expiryOf(given) };
    await tx`insert into api_keys ${tx({ ...made.row, ...owned })}`;
    await tx`select pg_notify('authority', ${`application:${id}`})`;
  });
  return { id, key: made.key, keyId: made.row.id };
}

/** Puts a personal key of an administrator into the database past the program. */
export async function plantPersonalKey(
  state: StateProbe,
  administratorId: string,
  permissions: string[]
): Promise<{ key: string; keyId: string }> {
  const { key, row } = newKey();
  await state.audited(async (tx) => {
    const own = { administrator_id: administratorId, permissions: tx.json(permissions) };
    await tx`insert into api_keys ${tx({ ...row, ...own, expires_at: expiryOf({}) })}`;
    await tx`select pg_notify('authority', ${`person:${administratorId}`})`;
  });
  return { key, keyId: row.id };
}

/** The same of a user. */
export async function plantUserKey(
  state: StateProbe,
  userId: string,
  permissions: string[]
): Promise<{ key: string; keyId: string }> {
  const { key, row } = newKey();
  await state.audited(async (tx) => {
    const own = { user_id: userId, permissions: tx.json(permissions) };
    await tx`insert into api_keys ${tx({ ...row, ...own, expires_at: expiryOf({}) })}`;
    await tx`select pg_notify('authority', ${`user:${userId}`})`;
  });
  return { key, keyId: row.id };
}

function expiryOf({ expiresAt = new Date(Date.now() + IN_AN_HOUR) }: { expiresAt?: Date }): Date {
  return expiresAt;
}

function newKey() {
  const kid = base62(randomBytes(64), KID_LENGTH)!;
  const secret = base62(randomBytes(128), SECRET_LENGTH)!;
  const key = writeKey({ kid, secret });
  const secretHash = createHash('sha256').update(secret).digest();
  const row = {
    id: randomUUID(),
    kid,
    secret_hash: secretHash,
    last4: key.slice(-4),
    name: 'Planted',
    made_by_name: 'Test'
  };
  return { key, row };
}

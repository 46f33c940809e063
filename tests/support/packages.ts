import { randomUUID } from 'node:crypto';
import { inheritAll } from '../../src/lib/core/quotas/caps';
import { allOff } from '../../src/lib/core/packages/switches';
import { inheritCounts, unlimitedCounts } from '../../src/lib/core/packages/counts';
import type { StateProbe } from './state';

/** Puts a package into the database past the program. */
export async function plantPackage(
  state: StateProbe,
  roleId: string,
  name: string = randomUUID()
): Promise<string> {
  const id = randomUUID();
  await state.audited(
    (tx) =>
      tx`insert into packages ${tx({
        ...{ id, name, name_key: name.toLowerCase(), role_id: roleId },
        caps: tx.json(inheritAll()),
        counts: tx.json(unlimitedCounts()),
        switches: tx.json(allOff())
      })}`,
    [`members:${roleId}`]
  );
  return id;
}

/** Puts a user with a package into the database past the program. */
export async function plantUser(state: StateProbe, packageId: string, name: string): Promise<string> {
  const [given] = await state.sql<
    { role: string }[]
  >`select role_id as role from packages where id = ${packageId}`;
  const id = randomUUID();
  const email = `${name.toLowerCase().replace(/[^a-z0-9]+/g, '.')}@client.example`;
  await state.audited(
    (tx) =>
      tx`insert into users ${tx({
        ...{ id, name, email, email_key: email, package_id: packageId },
        caps: tx.json(inheritAll()),
        counts: tx.json(inheritCounts())
      })}`,
    [`members:${given!.role}`]
  );
  return id;
}

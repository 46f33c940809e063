import { randomUUID } from 'node:crypto';
import { inheritAll, type CapSettings } from '../../../core/caps';
import { emailKey } from '../../../core/names';
import { passwordProblem } from '../../../core/passwords';
import { decideAssign } from '../../../core/roles';
import { requirePermission } from '../../../core/access';
import type { Refusal } from '../../../core/refusal';
import { hashPassword } from '../../auth/password-hash';
import { findByEmailKey, insertAdministrator } from '../../db/administrators-table';
import { ask } from '../authority';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { mutate, type Answer, type Decision, type Mutation, type Outcome } from '../write-path';

export type AdministratorCreateInput = {
  op: string;
  name: string;
  email: string;
  roleId: string;
  password: string;
  caps?: Partial<CapSettings> | undefined;
};

export type AdministratorCreateAnswer = { id: string; seq: number };

const NAME = 'administrators.create';
const PERMISSION = 'people.administrators.add';

type Prepared = Omit<AdministratorCreateInput, 'password'> & { passwordHash: string };

/**
 * Creates an administrator. The password is judged and hashed before the transaction begins: a hash takes tens of
 * milliseconds, during which no lock may be held. The hash never is part of the operation's identity.
 */
export async function createAdministrator(
  deps: Deps,
  caller: Caller,
  input: AdministratorCreateInput
): Promise<Answer<AdministratorCreateAnswer>> {
  const { password, ...rest } = input;
  // Asked before anything is hashed, so that nobody without the right keeps the hashing busy; decided in the transaction.
  const hashed = await ask<string>(deps, caller, { name: NAME, permission: PERMISSION }, async () => {
    const refused = newPasswordRefusal(password, [input.name, input.email.split('@')[0]!]);
    return refused ? { refused } : { answer: await hashPassword(password) };
  });
  if ('refused' in hashed) return hashed;
  return mutate(deps, caller, mutationWith(hashed.answer), rest);
}

/** The refusal for a password that may not be used, else null. */
export function newPasswordRefusal(password: string, context: readonly string[]): Refusal | null {
  const problem = passwordProblem(password, context);
  return problem === null ? null : { code: 'input/invalid', field: 'password', message: problem };
}

function mutationWith(
  passwordHash: string
): Mutation<Omit<Prepared, 'passwordHash'>, AdministratorCreateAnswer> {
  return {
    name: NAME,
    permission: PERMISSION,
    locks: ({ roleId }) => [{ id: roleId, mode: 'share' }],
    target: () => ({ type: 'administrator', id: 'new' }),
    decide: (context, input) => decide(context, { ...input, passwordHash })
  };
}

async function decide(context: Decision, input: Prepared): Promise<Outcome<AdministratorCreateAnswer>> {
  const { deps, tx, actor, roles } = context;
  const caps: CapSettings = { ...inheritAll(), ...input.caps };
  const setsCaps = Object.values(caps).some((cap) => cap !== 'inherit');
  const missing =
    requirePermission(actor, 'people.roles.assign') ??
    (setsCaps ? requirePermission(actor, 'quotas.admin_quota.set') : null);
  if (missing) return { refused: missing };
  const role = roles.get(input.roleId);
  if (!role) return { refused: { code: 'not-found', what: 'role' } };
  const { effective } = await deps.grants.of(tx, role.id, role.seq);
  const refused = decideAssign(actor, { id: role.id, effective });
  if (refused) return { refused };

  const key = emailKey(input.email);
  const taken = await findByEmailKey(tx, key);
  if (taken) return { refused: { code: 'input/taken', field: 'email', looksLike: taken.email } };

  const id = randomUUID();
  await insertAdministrator(tx, {
    id,
    name: input.name,
    email: input.email,
    emailKey: key,
    passwordHash: input.passwordHash,
    roleId: role.id,
    caps
  });
  return {
    answer: { id, seq: 1 },
    events: [
      {
        action: 'administrator.created',
        target: { type: 'administrator', id, name: input.name },
        outcome: 'success',
        change: [
          { path: 'roleId', old: null, new: role.id },
          ...Object.entries(caps)
            .filter(([, cap]) => cap !== 'inherit')
            .map(([cap, value]) => ({ path: `caps.${cap}`, old: 'inherit', new: value }))
        ]
      }
    ],
    touches: [`person:${id}`, `members:${role.id}`]
  };
}

import { randomUUID } from 'node:crypto';
import type { SecretVoid } from '../../../core/administrators/activation';
import { inheritAll, type CapSettings } from '../../../core/quotas/caps';
import { emailKey } from '../../../core/text/names';
import { hashPassword } from '../../auth/password-hash';
import { insertAdministrator } from '../../db/tables/administrators-table';
import { ask } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import { wayOfLink } from '../mail/link-withheld';
import { secretMark } from '../write-path/secret-mark';
import { readSection } from '../stored-settings/read-section';
import { newPasswordRefusal, passwordRules } from '../credentials/new-password';
import { mutate, type Answer, type Decision, type Mutation, type Outcome } from '../write-path/mutate';
import { activationUntil, invitationHash, invitationLink, invitationToken } from '../credentials/activation';
import { judgeCandidate } from './judge-candidate';
import { namesLostTo } from '../write-path/own-logins';
import { personTarget } from '../write-path/person-action';

export type AdministratorCreateInput = {
  op: string;
  name: string;
  email: string;
  roleId: string;
  /** The initial password; without one an invitation link is made (ADM-5). */
  password?: string | undefined;
  caps?: Partial<CapSettings> | undefined;
};

export type AdministratorCreateAnswer = {
  id: string;
  seq: number;
  /** The invitation, to be handed over once; null when an initial password was set. */
  link: string | null;
  /** Sign-in instructions are on their way by mail. */
  mailed: boolean;
  /** Why the link is not mailed although mail is set up: who set the mail server may do less than the account. */
  linkWithheld: SecretVoid | null;
};

const NAME = 'administrators.create';
const PERMISSION = 'people.administrators.add' as const;

/** What identifies the operation: a mark in place of the password; null for an invitation. */
type Stored = Omit<AdministratorCreateInput, 'password'> & { secret: string | null };
type StoredAnswer = Omit<AdministratorCreateAnswer, 'link'>;

/**
 * Creates an administrator. The password is judged and hashed before the transaction begins: a hash takes tens of
 * milliseconds, during which no lock may be held. Neither password, hash nor link is part of what is stored of the operation.
 * @param proved the password was proved for the whole that this is a part of
 */
export async function createAdministrator(
  deps: Deps,
  caller: Caller,
  input: AdministratorCreateInput,
  { proved = false }: { proved?: boolean } = {}
): Promise<Answer<AdministratorCreateAnswer>> {
  const { password, ...rest } = input;
  const invite = password === undefined;
  // Asked before anything is hashed, so that nobody without the right keeps the hashing busy; decided in the transaction.
  const question = { name: NAME, permission: PERMISSION, sensitive: !proved };
  const hashed = await ask<string | null>(deps, caller, question, async () => {
    if (invite) return { answer: null };
    const rules = passwordRules(await readSection(deps.db, 'passwords'), false);
    const refused = await newPasswordRefusal(password, input, rules);
    return refused ? { refused } : { answer: await hashPassword(password) };
  });
  if ('refused' in hashed) return hashed;
  const done = await mutate(deps, caller, createWith(hashed.answer, !proved), {
    ...rest,
    secret: invite ? null : secretMark(deps.keyring, password)
  });
  if ('refused' in done) return done;
  return { answer: { ...done.answer, link: invite ? invitationLink(deps, done.answer.id, input.op) : null } };
}

function createWith(passwordHash: string | null, sensitive: boolean): Mutation<Stored, StoredAnswer> {
  return {
    name: NAME,
    permission: PERMISSION,
    by: 'session',
    sensitive,
    locks: ({ roleId }) => [{ id: roleId, mode: 'share' }],
    target: () => ({ type: 'administrator', id: 'new' }),
    decide: (context, input) => decide(context, input, passwordHash)
  };
}

async function decide(
  context: Decision,
  input: Stored,
  passwordHash: string | null
): Promise<Outcome<StoredAnswer>> {
  const { deps, tx, actor, roles } = context;
  const invite = input.secret === null;
  const caps: CapSettings = { ...inheritAll(), ...input.caps };
  const role = roles.get(input.roleId);
  const refused = await judgeCandidate(context, { email: input.email, role, caps, invite });
  if (refused) return { refused };

  const id = randomUUID();
  const { name, email } = input;
  const lost = await namesLostTo(tx, emailKey(email), { id, name, login: email });
  await insertAdministrator(tx, {
    id,
    name,
    email,
    emailKey: emailKey(email),
    passwordHash,
    activationExpiresAt: activationUntil(),
    activationHash: invite ? invitationHash(invitationToken(deps, id, input.op)) : null,
    activationMakers: [actor.id],
    roleId: input.roleId,
    caps
  });
  // Instructions beside an initial password hold no secret.
  const way = await wayOfLink(deps, tx, { owner: false, roleId: input.roleId });
  const mailed = invite ? way.mailed : way.mailed || way.withheld !== null;
  return {
    answer: { id, seq: 1, mailed, linkWithheld: invite ? way.withheld : null },
    events: [
      {
        action: 'administrator.created',
        target: personTarget({ id, name }),
        outcome: 'success',
        change: [
          { path: 'roleId', old: null, new: input.roleId },
          { path: 'activation', old: null, new: invite ? 'invitation' : 'initial-password' },
          ...Object.entries(caps)
            .filter(([, cap]) => cap !== 'inherit')
            .map(([cap, value]) => ({ path: `caps.${cap}`, old: 'inherit', new: value }))
        ]
      },
      ...lost
    ],
    touches: [`person:${id}`, `members:${input.roleId}`],
    notices: mailed
      ? [
          {
            to: { id, email },
            kind: invite ? 'invitation' : 'instructions',
            data: { by: actor.name, invitation: invite ? input.op : null }
          }
        ]
      : []
  };
}

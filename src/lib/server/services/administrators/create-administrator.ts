import { randomUUID } from 'node:crypto';
import type { SecretVoid } from '../../../core/administrators/activation';
import { inheritAll, type CapSettings } from '../../../core/quotas/caps';
import { emailKey } from '../../../core/text/names';
import type { CommandInput } from '../../../protocol/commands/commands';
import { hashPassword } from '../../auth/password-hash';
import { insertAdministrator } from '../../db/tables/administrators-table';
import { defineCommand } from '../write-path/define-command';
import { wayOfLink } from '../mail/link-withheld';
import { secretMark } from '../write-path/secret-mark';
import { readSection } from '../stored-settings/read-section';
import { newPasswordRefusal, passwordRules } from '../credentials/new-password';
import type { Decision, Outcome } from '../write-path/mutation';
import { activationUntil, invitationHash, invitationLink, invitationToken } from '../credentials/activation';
import { judgeCandidate } from './judge-candidate';
import { namesLostTo } from '../write-path/own-logins';
import { personTarget } from '../write-path/person-action';

export type AdministratorCreateAnswer = {
  id: string;
  seq: number;
  /** The invitation, to be handed over once; null when an initial password was set. */
  link: string | null;
  /** Sign-in instructions are on their way by mail. */
  mailed: boolean;
  /**
   * Reason the link is not mailed although mail is set up: whoever set the mail server may do less than the
   * account. Null: it is not withheld.
   */
  linkWithheld: SecretVoid | null;
};

type Input = CommandInput<'administrators.create'>;
type KeptAnswer = Omit<AdministratorCreateAnswer, 'link'>;

/**
 * Creates an administrator with an initial password, or with an invitation (ADM-5). The password is judged and
 * hashed before the transaction begins: a hash takes tens of milliseconds, during which no lock may be held.
 * Neither password, hash nor link is part of what is stored of the operation.
 */
export const createAdministrator = defineCommand('administrators.create', {
  locks: ({ roleId }) => [{ id: roleId, mode: 'share' }],
  target: () => ({ type: 'administrator', id: 'new' }),
  kept: ({ password, invite: _, ...rest }, { keyring }) => ({
    ...rest,
    secret: password === undefined ? null : secretMark(keyring, password)
  }),
  /** The hash of the password; null: an invitation is made. */
  prepare: ({ deps, permitted }, { name, email, password }) =>
    permitted<string | null>(async () => {
      if (password === undefined) return { answer: null };
      const rules = passwordRules(await readSection(deps.db, 'passwords'), false);
      const refused = await newPasswordRefusal(password, { name, email }, rules);
      return refused ? { refused } : { answer: await hashPassword(password) };
    }),
  decide,
  told: (kept, { op, password }, { deps }): AdministratorCreateAnswer => ({
    ...kept,
    link: password === undefined ? invitationLink(deps, kept.id, op) : null
  })
});

async function decide(
  context: Decision,
  input: Input,
  passwordHash: string | null
): Promise<Outcome<KeptAnswer>> {
  const { deps, tx, actor, roles } = context;
  const invite = passwordHash === null;
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
    affects: [`person:${id}`, `members:${input.roleId}`],
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

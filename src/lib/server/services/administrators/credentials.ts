import type { Refusal } from '../../../core/access/refusal';
import {
  barredFromPerson,
  barredFromUnlocking,
  decideRequireTwoFactor
} from '../../../core/administrators/people';
import { findAdministrator, type AdministratorRow } from '../../db/tables/administrators-table';
import { administratorAccount } from '../../db/tables/accounts-table';
import {
  demandSecondFactor,
  giveSecret,
  openAgain,
  takeSecondFactor,
  type SecretAnswer
} from '../credentials/account-credentials';
import { givingSecret, linked, type NewSecret } from '../credentials/reset-secret';
import { wayOfLink } from '../mail/link-withheld';
import type { Decision, Outcome } from '../write-path/mutation';
import { definePersonCommand } from '../write-path/define-command';
import type { PersonActionInput } from '../write-path/person-action';
import { personState } from '../write-path/person-state';

const HAS_PASSWORD: Refusal = {
  code: 'input/invalid',
  field: 'ids',
  message: 'They have no unused invitation: they have signed in before, or have an initial password.'
};

/** Gives somebody a new activation secret (ADM-7). */
export const resetPassword = definePersonCommand('administrators.resetPassword', {
  ...givingSecret(async ({ deps }, id) => {
    const person = await findAdministrator(deps.db, id);
    if (!person) return { refused: { code: 'not-found', what: 'administrator' } };
    return { answer: administratorAccount(person) };
  }),
  act: giveSecretTo
});

/**
 * A new invitation for somebody whose last one waits or has run out (ADM-7). Refused for whoever has a password of
 * their own by then: it would be void.
 */
export const renewInvitation = definePersonCommand('administrators.resetPassword', {
  kept: ({ op, id }) => ({ op, id, secret: null }),
  async judge(context, row) {
    const barred = barredFromPerson(context.actor, await personState(context, row));
    return barred ?? (row.activationHash === null ? HAS_PASSWORD : null);
  },
  act: (context, row, input) => giveSecretTo(context, row, input, null),
  told: linked
});

async function giveSecretTo(
  context: Decision,
  row: AdministratorRow,
  { op }: PersonActionInput,
  passwordHash: NewSecret
): Promise<Outcome<SecretAnswer>> {
  const { withheld: linkWithheld } = await wayOfLink(context.deps, context.tx, row);
  return giveSecret(context, administratorAccount(row), { op, passwordHash, linkWithheld });
}

/** Takes a lost second factor away. */
export const resetTwoFactor = definePersonCommand('administrators.reset2fa', {
  act: (context, row) => takeSecondFactor(context, administratorAccount(row))
});

/** Asks somebody for a second factor, or no longer (AUT-2). Of oneself one may only ask for more (ACC-4). */
export const requireTwoFactor = definePersonCommand('administrators.require2fa', {
  async judge(context, row, { required, from }) {
    const begins = from === undefined ? null : new Date(from);
    // Not later than what is in force already: anything else would loosen it.
    const tightens =
      required &&
      (!row.require2fa || (row.require2faFrom !== null && (begins ?? new Date(0)) <= row.require2faFrom));
    const unchanged = required === row.require2fa && begins?.getTime() === row.require2faFrom?.getTime();
    return decideRequireTwoFactor(context.actor, await personState(context, row), tightens || unchanged);
  },
  act: (context, row, input) => demandSecondFactor(context, administratorAccount(row), input)
});

/** Opens an account again that wrong tries in a row have closed. */
export const unlockAdministrator = definePersonCommand('administrators.unlock', {
  async judge({ deps, tx, actor, roles }, row) {
    const role = roles.get(row.roleId);
    const effective = role ? (await deps.grants.of(tx, role.id, role.seq)).effective : new Set<string>();
    return barredFromUnlocking(actor, { id: row.id, effective });
  },
  act: (context, row) => openAgain(context, administratorAccount(row))
});

import { requirePermission } from '../../../core/access/access';
import type { RefusedPart } from '../../../core/roles/roles';
import { seenOf, type SeenVersions } from '../../../core/access/seen';
import { updateAccount } from '../../db/tables/accounts-table';
import { accountRecord } from '../write-path/account-record';
import { withoutAddresses } from '../write-path/address-change';
import type { Notice } from '../write-path/notices';
import { addressRefused, moveAddress } from '../write-path/own-logins';
import type { Decision, Outcome } from '../write-path/mutation';
import { defineCommand } from '../write-path/define-command';
import { ownAccount, ownEdit, OWN_RECORD } from '../write-path/own-account';

export type ProfileInput = SeenVersions & {
  op: string;
  claimedAt?: string | undefined;
  name?: string | undefined;
  email?: string | undefined;
};
export type ProfileAnswer = { seq: number; refused: RefusedPart[] };

/** Changes one's own name and address (AUT-3). A field that somebody else changed meanwhile shows both values. */
export const updateProfile = defineCommand<'me.update', ProfileAnswer>('me.update', {
  ...OWN_RECORD,
  decide
});

// In one piece: one decision, and what it writes.
async function decide(context: Decision, input: ProfileInput): Promise<Outcome<ProfileAnswer>> {
  const { tx, actor } = context;
  const row = ownAccount(context);
  const missing = requirePermission(actor, 'people.self.edit_profile');
  if (!row || missing) return { refused: missing ?? { code: 'auth/signed-out' } };
  // A user's is changed by staff: whether an address is taken says who else is here (TEN-3).
  if (row.kind === 'user' && input.email !== undefined)
    return {
      refused: { code: 'input/invalid', field: 'email', message: 'Ask to have your email address changed.' }
    };
  const refused: RefusedPart[] = [];
  const fields: { name?: string; email?: string } = {};
  for (const field of ['name', 'email'] as const) {
    const yours = input[field];
    if (yours === undefined || yours === row[field]) continue;
    const changed = row.fieldSeq[field];
    const barred = field === 'email' ? await addressRefused(tx, actor, row, yours) : null;
    if (changed && changed.seq > seenOf(input, field)) {
      const { by, at, seq } = changed;
      refused.push({
        code: 'conflict/changed-since',
        field,
        yours,
        theirs: row[field],
        by,
        at,
        version: seq
      });
    } else if (barred) refused.push(barred);
    else fields[field] = yours;
  }
  const change = (['name', 'email'] as const).flatMap((path) => {
    const value = fields[path];
    return value === undefined ? [] : [{ path, old: row[path], new: value }];
  });
  if (change.length === 0) return { answer: { seq: row.seq, refused }, events: [], affects: [] };
  const seq = row.seq + 1;
  const stamp = { seq, by: actor.name, at: new Date().toISOString() };
  const names = fields.email === undefined ? [] : await moveAddress(tx, row, fields.email);
  await updateAccount(tx, row, {
    ...(fields.name === undefined ? {} : { name: fields.name }),
    seq,
    fieldSeq: { ...row.fieldSeq, ...Object.fromEntries(change.map(({ path }) => [path, stamp])) }
  });
  // To the address of before: whoever took the account over has the new one.
  const notices: Notice[] =
    fields.email === undefined
      ? []
      : [{ to: row, kind: 'email-changed', data: { by: null, email: fields.email } }];
  return {
    answer: { seq, refused },
    events: [
      {
        ...ownEdit(row),
        outcome: 'success',
        ...withoutAddresses(change)
      },
      ...names
    ],
    affects: [accountRecord(row)],
    authority: [accountRecord(row)],
    notices
  };
}

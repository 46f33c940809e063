import { randomUUID } from 'node:crypto';
import type { Refusal } from '../../../core/access/refusal';
import { inheritCounts, type UserCounts } from '../../../core/packages/counts';
import type { GivenPackage, Giver } from '../../../core/packages/packages';
import { inheritAll, type CapSettings } from '../../../core/quotas/caps';
import { emailKey } from '../../../core/text/names';
import { decideUserCreate } from '../../../core/users/users';
import type { Queryable } from '../../db/driver/client';
import { insertUser } from '../../db/tables/users-table';
import { readSection } from '../stored-settings/read-section';
import { defineCommand } from '../write-path/define-command';
import { emailTaken } from '../write-path/email-taken';
import type { Outcome } from '../write-path/mutation';
import { namesLostTo } from '../write-path/own-logins';
import { madeWith } from '../write-path/setting-changes';
import { touchedPackage, userTarget } from '../write-path/tenant-records';
import type { UserCreateAnswer } from './user-answers';
import { readNetworks, unknownZone } from './user-fields';

/** Creates a user with a package that whoever asks may give (ACC-1, ACC-4). */
export const createUser = defineCommand('users.create', {
  packages: ({ packageId }) => [{ id: packageId, mode: 'share' }],
  target: () => ({ type: 'user', id: 'new' }),
  async decide(context, input): Promise<Outcome<UserCreateAnswer>> {
    const { tx, actor } = context;
    const { name, email, packageId, timeZone = null } = input;
    const has = await touchedPackage(context, packageId);
    if ('refused' in has) return has;
    const read = readNetworks(input.ipAllowlist ?? []);
    if ('refused' in read) return read;
    const ipAllowlist = read.networks ?? [];
    const badZone = await unknownZone(tx, timeZone);
    if (badZone) return badZone;
    const made = newUser({ ...has.row, effective: has.effective }, { ...input, ipAllowlist });
    const refused = await judgeNewUser(tx, actor, { ...made, email });
    if (refused) return { refused };
    const { caps, counts } = made;
    const id = randomUUID();
    const key = emailKey(email);
    const lost = await namesLostTo(tx, key, { id, name, login: email });
    await insertUser(tx, {
      ...{ id, name, email, emailKey: key, packageId, caps, counts, ipAllowlist, timeZone }
    });
    return {
      answer: { id, seq: 1 },
      events: [
        {
          action: 'user.created',
          target: userTarget({ id, name }),
          outcome: 'success',
          change: [
            { path: 'packageId', old: null, new: packageId },
            ...madeWith('caps', caps, 'inherit'),
            ...madeWith('counts', counts, 'inherit'),
            ...(ipAllowlist.length === 0 ? [] : [{ path: 'ipAllowlist', old: 0, new: ipAllowlist.length }]),
            ...(timeZone === null ? [] : [{ path: 'timeZone', old: null, new: null }])
          ],
          ...(timeZone === null ? {} : { personal: { newTimeZone: timeZone } })
        },
        ...lost
      ],
      affects: [`user:${id}`, `package:${packageId}`, `members:${has.row.roleId}`],
      authority: [`user:${id}`]
    };
  }
});

export type NewUser = {
  package: GivenPackage;
  caps: CapSettings;
  counts: UserCounts;
  ipAllowlist: readonly string[];
};

/** Settings a user is made with: what is left out follows the package. */
export function newUser(
  given: GivenPackage,
  asked: {
    caps?: Partial<CapSettings> | undefined;
    counts?: Partial<UserCounts> | undefined;
    ipAllowlist: readonly string[];
  }
): NewUser {
  return {
    package: given,
    caps: { ...inheritAll(), ...asked.caps },
    counts: { ...inheritCounts(), ...asked.counts },
    ipAllowlist: asked.ipAllowlist
  };
}

/** Reason a user may not be added so, null when they may: judged under locks, and without locks by a dry run. */
export async function judgeNewUser(
  tx: Queryable,
  actor: Giver,
  made: NewUser & { email: string }
): Promise<Refusal | null> {
  return (
    decideUserCreate(actor, await readSection(tx, 'caps'), made) ?? (await emailTaken(tx, actor, made.email))
  );
}

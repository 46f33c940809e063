import { z } from 'zod';
import { REASON_LENGTH } from '$lib/core/text/reason-length';
import { USER_STATUSES } from '$lib/core/users/user-status';
import {
  Caps,
  ClaimedAt,
  Email,
  Moment,
  Networks,
  Op,
  Page,
  PersonName,
  SeenParts,
  Sought,
  Text,
  TimeZone,
  UserCounts,
  Version
} from './fields';
import { BrandAccent, BrandLogo, BrandName } from './brand-inputs';
import { MAX_BULK, ImportBegin } from './administrator-inputs';
import { MAX_IMPORT_ROWS } from './import-row';
import { RawUserRow } from './user-import-row';

/** Reason somebody is suspended or their account closed. */
const Reason = Text('The reason', REASON_LENGTH.user).refine((text) => text !== '', 'Say why.');

export const UserList = z.strictObject({
  search: Sought(200).optional(),
  packageId: z.uuid().optional(),
  /** The status in force. Without it everybody but the closed. */
  status: z.enum(USER_STATUSES).optional(),
  ...Page
});

export const UserGet = z.strictObject({ id: z.uuid() });

export const UserCreate = z.strictObject({
  op: Op,
  name: PersonName,
  email: Email,
  packageId: z.uuid(),
  caps: Caps.optional(),
  counts: UserCounts.optional(),
  ipAllowlist: Networks.optional(),
  /** Null: the installation's. */
  timeZone: TimeZone.nullable().optional()
});

export const UserUpdate = z.strictObject({
  op: Op,
  claimedAt: ClaimedAt,
  id: z.uuid(),
  seen: Version,
  seenParts: SeenParts.optional(),
  name: PersonName.optional(),
  email: Email.optional(),
  packageId: z.uuid().optional(),
  caps: Caps.optional(),
  counts: UserCounts.optional(),
  ipAllowlist: Networks.optional(),
  timeZone: TimeZone.nullable().optional(),
  /** Brand of the user's own console; null for that of the installation. */
  brandName: BrandName.nullable().optional(),
  brandAccent: BrandAccent.nullable().optional(),
  brandLogo: BrandLogo.nullable().optional()
});

/** A step of one user's status. `seen`: the version on screen; left out: it is asked for whatever happened since. */
const Step = { op: Op, claimedAt: ClaimedAt, id: z.uuid(), seen: Version.optional() };

export const UserReactivate = z.strictObject(Step);

/** `until`: when it ends by itself; left out: it does not. */
const SuspendFields = { reason: Reason, until: Moment.optional() };
export const UserSuspend = z.strictObject({ ...Step, ...SuspendFields });
export const UserClose = z.strictObject({ ...Step, reason: Reason });
export const UserDelete = z.strictObject({ op: Op, id: z.uuid() });

/** A sign-in in the user's place, to look. */
export const UserSignInAs = z.strictObject({ op: Op, id: z.uuid(), reason: Reason });

export const UserBulk = z.strictObject({
  op: Op,
  ids: z.array(z.uuid()).min(1, 'Choose at least one user.').max(MAX_BULK),
  /** The version of each that is on screen, by id: for a step of their status. */
  seen: z.record(z.uuid(), Version).optional(),
  action: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('suspend'), ...SuspendFields }),
    z.strictObject({ kind: z.literal('reactivate') }),
    z.strictObject({ kind: z.literal('close'), reason: Reason }),
    z.strictObject({ kind: z.literal('assignPackage'), packageId: z.uuid() })
  ])
});

export const UserImport = z.strictObject({
  op: Op,
  rows: z.array(RawUserRow).min(1, 'There is no row to import.').max(MAX_IMPORT_ROWS),
  dryRun: z.boolean().default(false),
  /** The `op` of the `users.beginImport` that it goes on under. */
  begun: Op.optional()
});

export const UserImportBegin = ImportBegin;

/** A page of a user's own log. `cursor`: the id of its last entry. */
export const OwnLog = z.strictObject({
  view: z.enum(['authentication', 'activity']),
  ...Page,
  cursor: z.uuid('This is not a cursor of this list.').optional()
});

/** Hours of one's own usage, in a period. */
export const OwnHistory = z.strictObject({ from: Moment, to: Moment });

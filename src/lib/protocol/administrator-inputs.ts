import { z } from 'zod';
import {
  Caps,
  ClaimedAt,
  Email,
  Moment,
  Op,
  Page,
  PersonName,
  Secret,
  SeenParts,
  SessionId,
  Sought,
  Version,
  RoleId
} from './fields';
import { MAX_IMPORT_PARTS } from './import-part';
import { MAX_IMPORT_ROWS, RawImportRow } from './import-row';

// What the procedures of administrators and of the ownership take.

/** Most administrators that are asked for by their ids at once. */
const MOST_IDS = 100;

export const AdministratorList = z.strictObject({
  search: Sought(200).optional(),
  roleId: RoleId.optional(),
  /** Status to list; left out: everybody but the deactivated. */
  status: z.enum(['active', 'must-change', 'suspended', 'deactivated']).optional(),
  /** These alone; without a status the deactivated among them too. */
  ids: z.array(z.uuid()).min(1).max(MOST_IDS, `At most ${MOST_IDS} are asked for.`).optional(),
  /** Caps and the address of the last sign-in are told too, as far as whoever asks may see them. */
  facts: z.boolean().optional(),
  ...Page
});

export const AdministratorGet = z.strictObject({ id: z.uuid() });

export const AdministratorCreate = z
  .strictObject({
    op: Op,
    name: PersonName,
    email: Email,
    roleId: RoleId,
    /** The initial password. Without one, or with `invite`, an invitation link is made. */
    password: Secret.optional(),
    invite: z.boolean().optional(),
    caps: Caps.optional()
  })
  .refine(({ password, invite }) => !(invite && password !== undefined), {
    path: ['invite'],
    message: 'Send an invitation or set an initial password, not both.'
  });

export const AdministratorUpdate = z.strictObject({
  op: Op,
  claimedAt: ClaimedAt,
  id: z.uuid(),
  seen: Version,
  seenParts: SeenParts.optional(),
  name: PersonName.optional(),
  email: Email.optional(),
  roleId: RoleId.optional(),
  caps: Caps.optional()
});

/** An action on one administrator that says nothing more. */
export const PersonAction = z.strictObject({ op: Op, claimedAt: ClaimedAt, id: z.uuid() });

/** `seen`: the version on screen; left out: it is asked for whatever happened since. */
export const PersonReactivate = z.strictObject({
  op: Op,
  claimedAt: ClaimedAt,
  id: z.uuid(),
  seen: Version.optional()
});

export const AdministratorDelete = z.strictObject({
  op: Op,
  claimedAt: ClaimedAt,
  id: z.uuid(),
  hard: z.boolean().optional()
});

export const PasswordReset = z.strictObject({
  op: Op,
  id: z.uuid(),
  /** A new initial password; without one an invitation link is made. */
  password: Secret.optional()
});

const RequireTwoFactorFields = {
  required: z.boolean().default(true),
  from: Moment.optional()
};

export const RequireTwoFactor = z.strictObject({
  op: Op,
  claimedAt: ClaimedAt,
  id: z.uuid(),
  ...RequireTwoFactorFields
});

export const RevokeSessions = z.strictObject({
  op: Op,
  claimedAt: ClaimedAt,
  id: z.uuid(),
  sid: SessionId.optional()
});

/** People in one bulk call: each is a transaction of its own. */
export const MAX_BULK = 100;

export const Bulk = z.strictObject({
  op: Op,
  ids: z.array(z.uuid()).min(1, 'Choose at least one person.').max(MAX_BULK),
  /** The version of each that is on screen, by id: for a reactivation. */
  seen: z.record(z.uuid(), Version).optional(),
  action: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.enum(['suspend', 'reactivate', 'revokeSessions']) }),
    z.strictObject({ kind: z.literal('renewInvitation') }),
    z.strictObject({ kind: z.literal('assignRole'), roleId: RoleId }),
    z.strictObject({ kind: z.literal('require2fa'), ...RequireTwoFactorFields })
  ])
});

export const Import = z.strictObject({
  op: Op,
  rows: z.array(RawImportRow).min(1, 'There is no row to import.').max(MAX_IMPORT_ROWS),
  dryRun: z.boolean().default(false),
  /** The `op` of the `administrators.beginImport` that it goes on under. */
  begun: Op.optional()
});

export const ImportBegin = z.strictObject({
  op: Op,
  parts: z
    .array(z.string().regex(/^[0-9a-f]{64}$/, 'This is not a SHA-256 in hexadecimal digits.'))
    .min(1, 'There is no part to import.')
    .max(MAX_IMPORT_PARTS, `At most ${MAX_IMPORT_PARTS} parts.`)
});

/** Answer to an offer of the ownership. `offer`: expiry of the offer that is meant; another one is not touched. */
export const OwnershipStep = z.strictObject({
  op: Op,
  claimedAt: ClaimedAt,
  offer: z.iso.datetime().optional()
});

import { z } from 'zod';
import { LIST_RIGHTS, type ListName } from '../core/access/list-rights';
import { STATUS_FILTERS, TWO_FACTOR_FILTERS } from '../core/administrators/people-filter';
import {
  Caps,
  ClaimedAt,
  Code,
  Description,
  Email,
  LogMoment,
  MAX_PERMISSIONS,
  Moment,
  Name,
  Networks,
  Op,
  Page,
  PermissionIds,
  PersonName,
  Secret,
  SeenParts,
  SendingName,
  SessionId,
  Sought,
  Version,
  RoleId
} from './fields';
import { MAX_IMPORT_PARTS } from './import-part';
import { MAX_IMPORT_ROWS, RawImportRow } from './import-row';

// One strict schema for the input of every procedure. Unknown keys are refused: nothing is assigned by accident.

export const CreateOwner = z.strictObject({
  op: Op,
  token: z.string().max(200),
  name: PersonName,
  email: Email,
  password: Secret
});

export const SignIn = z.strictObject({ op: Op.optional(), email: Sought(254), password: Secret });

export const RoleGet = z.strictObject({ id: RoleId });

export const RoleCreate = z.strictObject({
  op: Op,
  claimedAt: ClaimedAt,
  name: Name('The name'),
  description: Description.optional(),
  /** A role to copy the permissions of. Members are never copied. */
  from: RoleId.optional(),
  permissions: PermissionIds.optional()
});

export const RoleEdit = z
  .strictObject({
    op: Op,
    claimedAt: ClaimedAt,
    id: RoleId,
    seen: Version,
    seenParts: SeenParts.optional(),
    grant: PermissionIds.optional(),
    revoke: PermissionIds.optional(),
    name: Name('The name').optional(),
    description: Description.optional(),
    require2fa: z.boolean().optional(),
    /** With `require2fa`: from when on; null: at once. */
    require2faFrom: Moment.nullable().optional(),
    /** Version of the catalogue whose new permissions were looked through. */
    reviewedCatalogue: z.number().int().min(1).optional()
  })
  .refine(({ grant = [], revoke = [] }) => grant.length + revoke.length <= MAX_PERMISSIONS, {
    path: ['grant'],
    message: `Send at most ${MAX_PERMISSIONS} permissions at once.`
  });

export const RoleHistory = z.strictObject({ id: RoleId, ...Page });

/** A version, a moment, or neither: the present. */
export const RoleAt = z
  .strictObject({ id: RoleId, seq: Version.optional(), at: LogMoment.optional() })
  .refine(({ seq, at }) => seq === undefined || at === undefined, {
    path: ['at'],
    message: 'Ask for a version or for a moment, not for both.'
  });

/** `seen` is the version that its author compared the earlier one with. */
export const RoleRestore = z.strictObject({
  op: Op,
  claimedAt: ClaimedAt,
  id: RoleId,
  seq: Version,
  seen: Version.optional()
});

export const RoleDelete = z.strictObject({
  op: Op,
  claimedAt: ClaimedAt,
  id: RoleId,
  reassignTo: RoleId.optional()
});

export const Holders = z.strictObject({ permission: Sought(120) });

export const AdministratorList = z.strictObject({
  search: Sought(200).optional(),
  roleId: RoleId.optional(),
  /** Without it everybody but the deactivated. */
  status: z.enum(['active', 'must-change', 'suspended', 'deactivated']).optional(),
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

/** `from`: from whom the name is taken, if another has it. */
export const SendingNameAdd = z.strictObject({
  op: Op,
  id: z.uuid(),
  name: SendingName,
  from: z.uuid().optional()
});

export const SendingNameRemove = z.strictObject({ op: Op, id: z.uuid(), name: SendingName });

/** People in one bulk call: each is a transaction of its own. */
export const MAX_BULK = 100;

export const Bulk = z.strictObject({
  op: Op,
  ids: z.array(z.uuid()).min(1, 'Choose at least one person.').max(MAX_BULK),
  /** By id, the version of each that is on screen: for a reactivation. */
  seen: z.record(z.uuid(), Version).optional(),
  action: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.enum(['suspend', 'reactivate', 'revokeSessions']) }),
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

export const ChangePassword = z.strictObject({
  op: Op.optional(),
  password: Secret,
  current: Secret.optional(),
  /** One's own keys go on; else they end with the other sessions. */
  keepKeys: z.boolean().optional()
});

export const Reauthenticate = z.strictObject({ op: Op.optional(), password: Secret, code: Code.optional() });

export const CodeInput = z.strictObject({ op: Op.optional(), code: Code });

export const InvitationRead = z.strictObject({ op: Op.optional(), token: z.string().max(200) });

export const InvitationAccept = z.strictObject({
  op: Op.optional(),
  token: z.string().max(200),
  password: Secret
});

export const Profile = z.strictObject({
  op: Op,
  claimedAt: ClaimedAt,
  seen: Version,
  seenParts: SeenParts.optional(),
  name: PersonName.optional(),
  email: Email.optional()
});

export const OwnSessions = z.strictObject({
  op: Op,
  sid: SessionId.optional(),
  /** With all other sessions one's own keys end as well, unless this says that they stay. */
  keepKeys: z.boolean().optional()
});

export const Allowlist = z.strictObject({
  op: Op,
  networks: Networks
});

export const NoticeId = z.strictObject({ op: Op.optional(), id: z.uuid() });

/** What is done about an offer of the ownership. `offer`: when the offer that is meant expires; another one is not touched. */
export const OwnershipStep = z.strictObject({
  op: Op,
  claimedAt: ClaimedAt,
  offer: z.iso.datetime().optional()
});

export const RoleAction = z.strictObject({ op: Op, claimedAt: ClaimedAt, id: RoleId });

/** Which entries of the log are meant: the same for the list, its chart and its export. */
const LogFilter = {
  view: z.enum(['authentication', 'activity']).optional(),
  actor: z.uuid().optional(),
  action: Sought(80).optional(),
  target: Sought(120).optional(),
  outcome: z.enum(['success', 'denied', 'error']).optional(),
  ip: Sought(64).optional(),
  from: LogMoment.optional(),
  to: LogMoment.optional(),
  search: Sought(200).optional()
};

export const LogList = z.strictObject({ ...LogFilter, ...Page });

export const LogCount = z.strictObject(LogFilter);

export const LogExport = z.strictObject({
  op: Op,
  ...LogFilter,
  format: z.enum(['csv', 'jsonl', 'ocsf']).default('csv')
});

/** An export of a list; a filter is of administrators alone. */
export const ListExport = z.strictObject({
  op: Op,
  list: z.enum(Object.keys(LIST_RIGHTS) as [ListName, ...ListName[]]),
  search: Sought(200).optional(),
  role: RoleId.optional(),
  twoFactor: z.enum(TWO_FACTOR_FILTERS).optional(),
  status: z.enum(STATUS_FILTERS).optional()
});

export const LogExportId = z.strictObject({ id: z.uuid() });
export const CancelLogExport = z.strictObject({ op: Op, id: z.uuid() });

export const LogChart = z.strictObject({
  ...LogFilter,
  /** Minutes that the reader's clocks are ahead of UTC: days begin at their midnight. */
  offset: z.number().int().min(-840).max(840).default(0)
});

/** Filters of the log that somebody keeps under a name; `query` is what their address says. */
export const LogFilters = z.strictObject({
  op: Op,
  filters: z
    .array(
      z.strictObject({
        name: Name('The name'),
        view: z.enum(['authentication', 'activity']),
        query: Sought(1000)
      })
    )
    .max(30, 'At most 30 filters are kept.')
});

/** The number of an entry. */
export const LogEntry = z.strictObject({ id: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });

/** A mutation that takes nothing but, like every other, may carry an operation id. */
export const Nothing = z.strictObject({ op: Op.optional() }).optional();

/** `keepStorage`: what others left in this browser to be sent is not to be cleared with the rest. */
export const SignOut = z.strictObject({ op: Op.optional(), keepStorage: z.boolean().optional() }).optional();

/** The size that the asking witness knows. */
export const LogCheckpoint = z.strictObject({ since: Version.optional() });

/** The checkpoint that a witness holds and the log does not continue. */
export const LogInconsistent = z.strictObject({ op: Op, note: Sought(4000) });

import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid
} from 'drizzle-orm/pg-core';
import type { CapSettings } from '../../core/quotas/caps';
import type { HandedProcedure, HandoverState } from '../../core/forwarding/handovers';
import type { Refusal } from '../../core/access/refusal';
import type { AuditActor, AuditEvent } from '../../core/log/entry';
import type { MailSettings } from '../../core/settings/settings';
import { bytes, instant, version } from './driver/columns';

/** Roles: live blueprints. `seq` is the version of the record; each field remembers the version of its last change. */
export const roles = pgTable(
  'roles',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    /** What must be unique (core/names): names that look alike share it. */
    nameKey: text('name_key').notNull(),
    description: text('description').notNull().default(''),
    require2fa: boolean('require_2fa').notNull().default(false),
    /** The requirement begins at this moment; null: it is in force at once. */
    require2faFrom: instant('require_2fa_from'),
    locked: boolean('locked').notNull().default(false),
    seq: version('seq').notNull().default(1),
    nameSeq: version('name_seq').notNull().default(1),
    nameBy: text('name_by').notNull().default(''),
    nameAt: instant('name_at').notNull().defaultNow(),
    descriptionSeq: version('description_seq').notNull().default(1),
    descriptionBy: text('description_by').notNull().default(''),
    descriptionAt: instant('description_at').notNull().defaultNow(),
    require2faSeq: version('require_2fa_seq').notNull().default(1),
    require2faBy: text('require_2fa_by').notNull().default(''),
    require2faAt: instant('require_2fa_at').notNull().defaultNow(),
    /** Number of permissions in force, kept with every edit; the cells are the truth. */
    permissionCount: integer('permission_count').notNull().default(0),
    /** Catalogue version at the last review (ROL-11). */
    reviewedCatalogue: integer('reviewed_catalogue').notNull().default(1),
    createdAt: instant('created_at').notNull().defaultNow(),
    /** A deleted role keeps its id for ever: ids are never reused. */
    deletedAt: instant('deleted_at')
  },
  (t) => [
    uniqueIndex('roles_name_key')
      .on(t.nameKey)
      .where(sql`deleted_at is null`)
  ]
);

/** One row per permission that was ever set in a role. A permission without a row was never granted. */
export const rolePermissions = pgTable(
  'role_permissions',
  {
    roleId: text('role_id')
      .notNull()
      .references(() => roles.id),
    permissionId: text('permission_id').notNull(),
    on: boolean('granted').notNull(),
    /** The role's version that changed this cell last. */
    seq: version('seq').notNull(),
    byId: uuid('by_id'),
    byName: text('by_name').notNull(),
    at: instant('at').notNull()
  },
  (t) => [
    primaryKey({ columns: [t.roleId, t.permissionId] }),
    index('role_permissions_seq').on(t.roleId, t.seq),
    index('role_permissions_permission')
      .on(t.permissionId)
      .where(sql`granted`)
  ]
);

/** The last change of one field of a record. */
export type FieldStamp = { seq: number; by: string; at: string };

export const administrators = pgTable(
  'administrators',
  {
    id: uuid('id').primaryKey(),
    name: text('name').notNull(),
    email: text('email').notNull(),
    emailKey: text('email_key').notNull(),
    /** Null while an invitation waits: nobody chose a password yet. */
    passwordHash: text('password_hash'),
    /** Until then the password, or the link whose hash is beside it, is an activation secret (ADM-5); null: activated. */
    activationExpiresAt: instant('activation_expires_at'),
    activationHash: bytes('activation_hash'),
    /** Who made the secret, and so knows it; null: nobody knows who did; empty: the server itself (services/people/activation-makers). */
    activationMakers: uuid('activation_makers').array(),
    /** When this person last came back from being suspended or deactivated. */
    reactivatedAt: instant('reactivated_at'),
    roleId: text('role_id')
      .notNull()
      .references(() => roles.id),
    owner: boolean('owner').notNull().default(false),
    status: text('status', { enum: ['active', 'suspended'] })
      .notNull()
      .default('active'),
    require2fa: boolean('require_2fa').notNull().default(false),
    require2faFrom: instant('require_2fa_from'),
    /** A second factor is enrolled; its secret is in `totp`. */
    twoFactor: boolean('two_factor').notNull().default(false),
    /** Addresses and networks this person may sign in from; empty: any. */
    ipAllowlist: jsonb('ip_allowlist').$type<string[]>().notNull().default([]),
    caps: jsonb('caps').$type<CapSettings>().notNull(),
    seq: version('seq').notNull().default(1),
    /** Field → who changed it last, when, and the record's version then. */
    fieldSeq: jsonb('field_seq').$type<Record<string, FieldStamp>>().notNull().default({}),
    createdAt: instant('created_at').notNull().defaultNow(),
    deletedAt: instant('deleted_at')
  },
  (t) => [
    uniqueIndex('administrators_email_key')
      .on(t.emailKey)
      .where(sql`deleted_at is null`),
    // OWN-1: exactly one owner; that there is one at all is kept by the services.
    uniqueIndex('administrators_one_owner')
      .on(t.owner)
      .where(sql`owner`),
    index('administrators_role')
      .on(t.roleId)
      .where(sql`deleted_at is null`)
  ]
);

/** Sessions: the public id and the hash of the secret. The token itself is never stored. */
export const sessions = pgTable(
  'sessions',
  {
    sid: text('sid').primaryKey(),
    administratorId: uuid('administrator_id')
      .notNull()
      .references(() => administrators.id),
    secretHash: bytes('secret_hash').notNull(),
    aal: smallint('aal').notNull(),
    ip: text('ip'),
    userAgent: text('user_agent'),
    createdAt: instant('created_at').notNull().defaultNow(),
    /** When the password was last proved. */
    provedAt: instant('proved_at').notNull().defaultNow(),
    /** Absolute end: 12 h after the sign-in, whatever happens. */
    endsAt: instant('ends_at').notNull(),
    /** Idle end: 60 min after the last request of a person. Moved without an entry in the log. */
    expiresAt: instant('expires_at').notNull()
  },
  (t) => [index('sessions_administrator').on(t.administratorId)]
);

/** Second factors: seeds sealed with the keyring, and the last time step that was used. */
export const totp = pgTable('totp', {
  administratorId: uuid('administrator_id')
    .primaryKey()
    .references(() => administrators.id),
  /** In force; null until a first code was confirmed. */
  secret: bytes('secret'),
  /** An enrolment under way: it asks for nothing until one of its codes was confirmed. */
  pending: bytes('pending'),
  lastStep: version('last_step').notNull().default(0)
});

/** Hashes of recovery codes. Used ones stay until a new set is made. */
export const recoveryCodes = pgTable(
  'recovery_codes',
  {
    administratorId: uuid('administrator_id')
      .notNull()
      .references(() => administrators.id),
    hash: bytes('hash').notNull(),
    usedAt: instant('used_at')
  },
  (t) => [primaryKey({ columns: [t.administratorId, t.hash] })]
);

/** Devices that somebody has signed in from: the hash of a cookie of their own. */
export const knownDevices = pgTable(
  'known_devices',
  {
    administratorId: uuid('administrator_id')
      .notNull()
      .references(() => administrators.id),
    hash: bytes('hash').notNull(),
    lastSeen: instant('last_seen').notNull().defaultNow()
  },
  (t) => [primaryKey({ columns: [t.administratorId, t.hash] })]
);

/** The one offer of the ownership that may be open. */
export const ownershipOffer = pgTable('ownership_offer', {
  id: boolean('id').primaryKey().default(true),
  fromId: uuid('from_id')
    .notNull()
    .references(() => administrators.id),
  toId: uuid('to_id')
    .notNull()
    .references(() => administrators.id),
  offeredAt: instant('offered_at').notNull().defaultNow(),
  expiresAt: instant('expires_at').notNull()
});

/** The installation's settings, a row a section (core/settings); a section without a row is as it ships. */
export const settings = pgTable('settings', {
  section: text('section').primaryKey(),
  value: jsonb('value').$type<unknown>().notNull(),
  seq: version('seq').notNull(),
  byName: text('by_name').notNull(),
  at: instant('at').notNull()
});

/** What a person should know: shown to them until they have read it. */
export const notices = pgTable(
  'notices',
  {
    id: uuid('id').primaryKey(),
    administratorId: uuid('administrator_id')
      .notNull()
      .references(() => administrators.id),
    kind: text('kind').notNull(),
    data: jsonb('data').$type<Record<string, string | null>>().notNull(),
    at: instant('at').notNull().defaultNow(),
    readAt: instant('read_at')
  },
  (t) => [index('notices_administrator').on(t.administratorId, t.at)]
);

/** A mail server as it was set up; `passwordSealed` in base64, null when there is no password. */
export type StoredMailServer = MailSettings & { passwordSealed: string | null };

/** Mail on its way. It holds no secret: links are made when it is sent. */
export const mails = pgTable(
  'mails',
  {
    id: uuid('id').primaryKey(),
    administratorId: uuid('administrator_id').notNull(),
    address: text('address').notNull(),
    kind: text('kind').notNull(),
    data: jsonb('data').$type<Record<string, string | null>>().notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    attempts: integer('attempts').notNull().default(0),
    nextAt: instant('next_at').notNull().defaultNow(),
    sentAt: instant('sent_at'),
    /** Why the last try failed, or why it was given up. */
    problem: text('problem'),
    givenUpAt: instant('given_up_at'),
    /** Who could read the link in it: those who set the mail servers that it was handed to. */
    readers: uuid('readers')
      .array()
      .notNull()
      .default(sql`'{}'::uuid[]`),
    /** The server it goes through in place of the present one, its password sealed; null: the present one. */
    server: jsonb('server').$type<StoredMailServer>()
  },
  (t) => [
    index('mails_administrator').on(t.administratorId),
    index('mails_due')
      .on(t.nextAt)
      .where(sql`sent_at is null and given_up_at is null`)
  ]
);

/** When people were last active. Bookkeeping: written at most once a minute and person, without an entry in the log. */
export const lastActive = pgTable('last_active', {
  administratorId: uuid('administrator_id')
    .primaryKey()
    .references(() => administrators.id),
  at: instant('at').notNull()
});

/** Answers given, by the client's operation id: a repeated call gets the first answer. */
export const operations = pgTable(
  'operations',
  {
    actor: text('actor').notNull(),
    op: uuid('op').notNull(),
    /** Hash of procedure and input: the same id with another content is a mistake. */
    request: bytes('request').notNull(),
    answer: jsonb('answer').$type<unknown>().notNull(),
    /** Prints of the single things that were asked for, where it can be handed on (LIV-8); null of everything else. */
    parts: text('parts').array(),
    at: instant('at').notNull().defaultNow()
  },
  (t) => [primaryKey({ columns: [t.actor, t.op] }), index('operations_at').on(t.at)]
);

/** An export of the log, from its question to a day after its end: bookkeeping, the log has the events (LOG-5). */
export const logExports = pgTable(
  'log_exports',
  {
    id: uuid('id').primaryKey(),
    administratorId: uuid('administrator_id').notNull(),
    /** The session that asked for it, which alone may fetch it. */
    sid: text('sid').notNull(),
    /** What was asked for: filter and format. */
    query: jsonb('query').$type<unknown>().notNull(),
    /** Of this many entries, all covered by one checkpoint. */
    upTo: version('up_to').notNull(),
    state: text('state')
      .$type<'offered' | 'running' | 'finished' | 'cancelled' | 'broken'>()
      .notNull()
      .default('offered'),
    /** The number it has reached, how many entries that made, and of how many bytes. */
    position: version('position').notNull().default(0),
    entries: version('entries').notNull().default(0),
    bytes: version('bytes').notNull().default(0),
    createdAt: instant('created_at').notNull().defaultNow(),
    /** When whoever writes it was last heard of. */
    seenAt: instant('seen_at').notNull().defaultNow()
  },
  (t) => [
    uniqueIndex('log_exports_one_each')
      .on(t.administratorId)
      .where(sql`state in ('offered', 'running')`)
  ]
);

/**
 * A refused change that somebody handed to somebody else (LIV-8). Names are kept beside the ids, for when one of the two is
 * deleted.
 */
export const handovers = pgTable(
  'handovers',
  {
    id: uuid('id').primaryKey(),
    fromId: uuid('from_id').notNull(),
    fromName: text('from_name').notNull(),
    toId: uuid('to_id').notNull(),
    toName: text('to_name').notNull(),
    /** What was asked for: a procedure and its input, without an operation id. */
    procedure: text('procedure').$type<HandedProcedure>().notNull(),
    input: jsonb('input').$type<Record<string, unknown>>().notNull(),
    /** What the subject was called when it was sent. */
    label: text('label').notNull(),
    /** Why it was refused to its author, as the server said it. */
    reason: jsonb('reason').$type<Refusal>().notNull(),
    note: text('note').notNull().default(''),
    state: text('state').$type<HandoverState>().notNull().default('open'),
    /** When it was refused, or judged. */
    askedAt: instant('asked_at').notNull(),
    /** The operation under which it was refused; null where it was judged when it was sent. */
    refusedOp: uuid('refused_op'),
    sentAt: instant('sent_at').notNull().defaultNow(),
    endedAt: instant('ended_at'),
    /** What its recipient wrote on declining it. */
    endNote: text('end_note').notNull().default('')
  },
  (t) => [
    index('handovers_to').on(t.toId, t.sentAt),
    index('handovers_from').on(t.fromId, t.sentAt),
    check(
      'handovers_states',
      sql`state in ('open', 'applied', 'declined', 'withdrawn') and (state = 'open') = (ended_at is null)`
    )
  ]
);

/** One-time tokens that open the setup while there is no owner. */
export const setupTokens = pgTable('setup_tokens', {
  hash: bytes('hash').primaryKey(),
  expiresAt: instant('expires_at').notNull()
});

/** Counters of failed attempts, by subject (`account:…`, `address:…`, `all`). */
export const throttle = pgTable('throttle', {
  subject: text('subject').primaryKey(),
  failures: integer('failures').notNull(),
  /** Start of the current window. */
  since: instant('since').notNull(),
  /** Nothing is tried before this moment. */
  blockedUntil: instant('blocked_until').notNull()
});

/** What somebody was denied in a minute: its first is an entry of the log, what is counted here becomes another one. */
export const denials = pgTable(
  'denials',
  {
    /** What makes denials equal; of all that are too many for a row of their own, the person. */
    kind: text('kind').primaryKey(),
    administratorId: text('administrator_id').notNull(),
    /** The entry of the first. */
    first: uuid('first').notNull(),
    /** How many are no entry of their own. */
    repeats: integer('repeats').notNull(),
    until: instant('until').notNull(),
    /** Of the last one. */
    actor: jsonb('actor').$type<AuditActor>().notNull(),
    request: jsonb('request').$type<DeniedRequest>().notNull(),
    /** Null of those that are too many for a row of their own: they differ. */
    event: jsonb('event').$type<AuditEvent>()
  },
  (t) => [index('denials_administrator').on(t.administratorId)]
);

export type DeniedRequest = { id: string; ip: string | null; peer: string | null; userAgent: string | null };

/** What the installation is: one row. */
export const installation = pgTable('installation', {
  id: boolean('id').primaryKey().default(true),
  /** Origin of the hash chain: the name of this log, for ever. */
  logOrigin: text('log_origin').notNull(),
  /** Part of every document's identity: a restore from a backup starts another one. */
  epoch: text('epoch').notNull(),
  catalogueVersion: integer('catalogue_version').notNull(),
  /** Proves that a process has the key this database's secrets were sealed with; null until one is known. */
  keyCheck: text('key_check'),
  /** The last migration that the log tells of; null until a process with migrations was here. */
  structure: text('structure')
});

/** Server-written documents: their clock and the latest full state. */
export const documents = pgTable('documents', {
  name: text('name').primaryKey(),
  clock: version('clock').notNull(),
  /** The full state at `snapshotClock`; updates above it are in `document_updates`. */
  snapshot: bytes('snapshot').notNull(),
  snapshotClock: version('snapshot_clock').notNull()
});

export const documentUpdates = pgTable(
  'document_updates',
  {
    name: text('name').notNull(),
    /** The document's clock after this update. */
    clock: version('clock').notNull(),
    data: bytes('data').notNull()
  },
  (t) => [primaryKey({ columns: [t.name, t.clock] })]
);

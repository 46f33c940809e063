import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import type { MailSettings } from '../../../core/settings/settings';
import { instant } from '../driver/columns';
import { holder, mailHolder, oneHolder } from './holder';

/** Notices that a person should know of: shown to them until they have read them. */
export const notices = pgTable(
  'notices',
  {
    id: uuid('id').primaryKey(),
    ...holder(),
    kind: text('kind').notNull(),
    data: jsonb('data').$type<Record<string, string | null>>().notNull(),
    at: instant('at').notNull().defaultNow(),
    readAt: instant('read_at')
  },
  (t) => [
    index('notices_administrator').on(t.administratorId, t.at),
    index('notices_of_user').on(t.userId),
    index('notices_holder').on(t.holderId, t.at),
    oneHolder('notices')
  ]
);

/** A mail server as it was set up; `passwordSealed` in base64, null when there is no password. */
export type StoredMailServer = MailSettings & { passwordSealed: string | null };

/** Mail on its way. It holds no secret: links are made when it is sent. */
export const mails = pgTable(
  'mails',
  {
    id: uuid('id').primaryKey(),
    ...mailHolder(),
    address: text('address').notNull(),
    kind: text('kind').notNull(),
    data: jsonb('data').$type<Record<string, string | null>>().notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    attempts: integer('attempts').notNull().default(0),
    nextAt: instant('next_at').notNull().defaultNow(),
    sentAt: instant('sent_at'),
    /** Reason the last attempt failed, or the mail was given up; null when none did. */
    problem: text('problem'),
    givenUpAt: instant('given_up_at'),
    /** People who could read the link in it: those who set the mail servers that it was handed to. */
    readers: uuid('readers')
      .array()
      .notNull()
      .default(sql`'{}'::uuid[]`),
    /** The server it goes through in place of the present one, its password sealed; null: the present one. */
    server: jsonb('server').$type<StoredMailServer>()
  },
  (t) => [
    index('mails_holder').on(t.holderId),
    oneHolder('mails'),
    index('mails_due')
      .on(t.nextAt)
      .where(sql`sent_at is null and given_up_at is null`)
  ]
);

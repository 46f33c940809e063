import { z } from 'zod';
import { EMAIL_ADDRESS, INCOMPLETE_EMAIL } from '$lib/core/administrators/email';
import { COUNTS, type CountId } from '$lib/core/packages/counts';
import { CAPS, type CapId } from '$lib/core/quotas/caps';
import { isTimeZone } from '$lib/core/settings/settings-limits';
import { isPlainText, tidyText } from '$lib/core/text/names';
import { readTypedCode } from '$lib/core/sign-in/typed-code';
import { ROLE_ID } from './documents';

/** An operation id made by the client: repeating it returns the first answer. */
export const Op = z.uuid('An operation id is a UUID.');

/** The version of a record that its author had on screen. */
export const Version = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** The most permissions in one call: an entry of the log must hold them all. */
export const MAX_PERMISSIONS = 1000;

/** Versions of single parts of a record, where they differ from `seen`. */
export const SeenParts = z
  .record(z.string().max(120), Version)
  .refine((parts) => Object.keys(parts).length <= MAX_PERMISSIONS + 10, 'These are too many parts.');

export const RoleId = z.string().regex(ROLE_ID, 'This is not the id of a role.');

/** A permission id, by shape alone: whether the catalogue knows it is decided later. */
export const PermissionId = z
  .string()
  .max(120)
  .regex(/^[a-z0-9_]+(\.[a-z0-9_]+)*$/, 'This is not the id of a permission.');

export const PermissionIds = z
  .array(PermissionId)
  .max(MAX_PERMISSIONS, `Send at most ${MAX_PERMISSIONS} permissions at once.`);

/** A text of up to `max` characters, tidied; it may be empty. */
export const Text = (label: string, max: number) =>
  z
    .string()
    .max(max * 4, `${label} is too long.`)
    .refine(isPlainText, `${label} contains characters that can’t be displayed.`)
    .transform(tidyText)
    .refine((value) => [...value].length <= max, `${label} has at most ${max} characters.`);

/** A text whose problem core puts into words. */
export const judged = (most: number, problemOf: (text: string) => string | null) =>
  z
    .string()
    .max(most, 'This is too long.')
    .check((context) => {
      const problem = problemOf(context.value);
      if (problem !== null) context.issues.push({ code: 'custom', message: problem, input: context.value });
    });

/** A name of 1–80 characters, tidied. */
export const Name = (label: string) =>
  Text(label, 80).refine((value) => value.length > 0, `${label} is missing.`);

/** Name of a person. No address: mail programs would make a link of it in what the console writes. */
export const PersonName = Name('The name').refine(
  (value) => !/:\/\/|\bwww\./i.test(value),
  'A name cannot hold a web address.'
);

/** A description of up to 500 characters, tidied. */
export const Description = Text('The description', 500);

/** An email address: one line, up to 254 characters, with a dot in the domain. */
export const Email = z
  .string()
  .max(254, 'This address is too long.')
  .refine(isPlainText, 'This address contains characters that can’t be displayed.')
  .transform((value) => value.trim())
  .pipe(z.email({ pattern: EMAIL_ADDRESS, error: INCOMPLETE_EMAIL }));

/** Name with which someone signs in to a mail server: up to 254 characters in one piece. */
export const SendingName = z
  .string()
  .max(254, 'A sending name has at most 254 characters.')
  .refine(isPlainText, 'This name contains characters that can’t be displayed.')
  .transform((value) => value.trim().normalize('NFC'))
  .refine((value) => value !== '', 'Enter a login or an address.')
  .refine((value) => !/\s/u.test(value), 'A sending name has no spaces.');

/** Something to look for. Postgres has no text with a zero character, and nothing that is stored holds one. */
export const Sought = (max: number) =>
  z
    .string()
    .max(max, 'This is too long to look for.')
    .refine(
      (text) => text.isWellFormed() && !text.includes('\0'),
      'This holds characters that are never stored.'
    );

/** A new password, by size alone; what makes it acceptable is core's to say. */
export const Secret = z.string().max(1024, 'Use at most 256 characters.');

/** A moment, in the one spelling that sorts as text: UTC, milliseconds. */
export const Moment = z.iso.datetime().transform((text) => new Date(text).toISOString());

/** A moment of the log in UTC, ISO 8601, of a year that Postgres and every calendar know. */
export const LogMoment = z.iso
  .datetime()
  .refine((text) => /^(19[7-9]\d|[2-9]\d{3})-/.test(text), 'Choose a year from 1970 to 9999.');

/** A code of an authenticator app or a recovery code, as somebody types or pastes it (AUT-6). */
export const Code = z.string().max(64, 'This is too long for a code.').transform(readTypedCode);

/** The public id of a session. */
export const SessionId = z.string().regex(/^[a-z2-7]{26}$/, 'This is not the id of a session.');

/** Time of an edit that waited for a connection, by its device's clock: the log keeps it as claimed, not known. */
export const ClaimedAt = z.iso.datetime().optional();

/** A cap setting: `inherit`, `unlimited` or a whole number from 0 to 10^12. */
export const CapSetting = z.union([
  z.literal('inherit'),
  z.literal('unlimited'),
  z.number('A cap is a whole number.').int('A cap is a whole number.').min(0).max(1e12)
]);

const CapIds = z.enum(CAPS.map((cap) => cap.id) as [CapId, ...CapId[]]);

/** Caps by id; those left out inherit. */
export const Caps = z.partialRecord(CapIds, CapSetting);

/** Limit of a count that a user has: `unlimited` or a whole number from 0 to 10^12. */
const CountLimit = z.union([
  z.literal('unlimited'),
  z.number('A count is a whole number.').int('A count is a whole number.').min(0).max(1e12)
]);
export const CountSetting = z.union([z.literal('inherit'), CountLimit]);

const CountIds = z.enum(COUNTS.map((count) => count.id) as [CountId, ...CountId[]]);

/** Counts of a package by id; those left out are unlimited. */
export const PackageCounts = z.partialRecord(CountIds, CountLimit);
/** Counts of a user by id; those left out inherit. */
export const UserCounts = z.partialRecord(CountIds, CountSetting);

/** The name of a time zone; whether the database reads it alike is judged where it is stored. */
export const TimeZone = z.string().max(64).refine(isTimeZone, 'There is no time zone of this name.');

/** Addresses and networks that somebody may come from, by shape alone; empty: any. */
export const Networks = z.array(z.string().max(64)).max(50, 'At most 50 addresses and networks.');

/** A page of a list: an opaque cursor and a size. */
export const Page = {
  cursor: z.string().max(600).optional(),
  limit: z.number().int().min(1).max(200).default(50)
};

/** A mutation that takes nothing but, like every other, may carry an operation id. */
export const Nothing = z.strictObject({ op: Op.optional() }).optional();

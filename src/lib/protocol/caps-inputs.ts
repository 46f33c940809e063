import { z } from 'zod';
import { SUBJECT_TYPES } from '../core/quotas/layers';

// What the endpoints of the ledger take (CONTRACT, "HTTP for programs").

/** Units are recipients. */
const MOST_UNITS = 1_000_000_000;
/** A reservation must end before its key is forgotten. */
const LONGEST_HOLD_SECONDS = 86_400;
const LONGEST_LEASE_SECONDS = 3600;

const whole = (label: string, least: number, most: number) =>
  z
    .number(`${label} is a whole number from ${least} to ${most}.`)
    .int(`${label} is a whole number from ${least} to ${most}.`)
    .min(least, `${label} is a whole number from ${least} to ${most}.`)
    .max(most, `${label} is a whole number from ${least} to ${most}.`);

const Subject = z.strictObject({
  /** Left out: whoever signs in so, an administrator or a user, which is all that a mail server knows. */
  type: z.enum(SUBJECT_TYPES, 'subject.type is administrator, application or user.').optional(),
  id: z
    .string('subject.id is an id or an email address.')
    .min(1, 'subject.id is missing.')
    .max(320, 'subject.id is too long.')
    .refine((text) => !text.includes('\0'), 'subject.id is an id or an email address.')
});

/** Made by whoever asks, for each thing that is sent: the same again is the same ask. */
const Key = z
  .string('key is a text of 1 to 200 characters.')
  .regex(/^[\x21-\x7e]{1,200}$/, 'key has 1 to 200 characters: letters, digits and signs, no spaces.');

const Reservation = z.uuid('reservation is the id that reserve answered.');

export const ConsumeInput = z.strictObject({
  subject: Subject,
  units: whole('units', 1, MOST_UNITS),
  key: Key,
  partial: z.boolean('partial is true or false.').optional()
});

export const ReserveInput = ConsumeInput.extend({
  ttlSeconds: whole('ttlSeconds', 1, LONGEST_HOLD_SECONDS).default(300)
});

export const CommitInput = z.strictObject({
  reservation: Reservation,
  units: whole('units', 0, MOST_UNITS).optional()
});

/** `postfix`: what the policy service of this name counted for a message that Postfix then refused itself. */
export const ReleaseInput = z.union(
  [
    z.strictObject({ reservation: Reservation }),
    z.strictObject({ key: Key }),
    z.strictObject({
      postfix: z.strictObject({
        mta: z
          .string()
          .max(100)
          .refine((text) => !text.includes('\0'), 'mta is a name of a mail server.'),
        queueId: z.string().regex(/^[0-9A-Za-z]{1,40}$/, 'queueId is as Postfix logs it.')
      })
    })
  ],
  'Send one of reservation, key or postfix.'
);

export const PeekInput = z.strictObject({
  subject: Subject,
  units: whole('units', 1, MOST_UNITS).default(1)
});

export const LeaseInput = z.strictObject({
  subject: Subject,
  key: Key,
  ttlSeconds: whole('ttlSeconds', 5, LONGEST_LEASE_SECONDS).default(60)
});

export const RenewInput = z.strictObject({
  lease: z.uuid('lease is the id that leases answered.'),
  ttlSeconds: whole('ttlSeconds', 5, LONGEST_LEASE_SECONDS).default(60)
});

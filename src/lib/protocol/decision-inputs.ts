import { z } from 'zod';
import { SUBJECT_KINDS } from '../core/access/decisions/view';
import { LogMoment } from './fields';

/** Questions about access (DEC-3, DEC-7): the fields of the decision API. */
const Part = z.string().max(254);
const Subject = z.strictObject({ type: z.enum(SUBJECT_KINDS), id: Part });
const Action = z.strictObject({ name: Part });
const Resource = z.strictObject({
  type: Part,
  id: Part.optional(),
  properties: z.strictObject({ owner: Part.optional() }).optional()
});

export const AccessEvaluate = z.strictObject({ subject: Subject, action: Action, resource: Resource });

export const AccessWho = z.strictObject({
  subject: Subject.pick({ type: true }),
  action: Action,
  resource: Resource,
  /** The id that the page before ended with. */
  after: Part.optional(),
  limit: z.int().min(1).max(200).default(50)
});

export const AccessWhat = z.strictObject({ subject: Subject });

export const AccessChanges = z.strictObject({
  subject: Subject,
  /** A moment, or a log number: that entry itself is not counted. */
  since: z.union([LogMoment, z.int().min(0)], 'This is neither a moment nor a log number.'),
  cursor: Part.optional(),
  limit: z.int().min(1).max(200).default(50)
});

export const AccessUnused = z.strictObject({
  of: z.strictObject({ type: z.enum(['role', ...SUBJECT_KINDS]), id: Part })
});

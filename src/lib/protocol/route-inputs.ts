import { z } from 'zod';
import { NOBODY, SIGNED_IN } from '../core/access/decisions/forward-routes';
import { Op, PermissionId, Version } from './fields';

const Method = z
  .string()
  .regex(/^(?:\*|[A-Z]{1,20})$/, 'The method is in capitals, such as GET, or “*” for any.');
const Host = z
  .string()
  .max(253, 'The host is too long.')
  .transform((text) => text.trim().toLowerCase())
  .refine(
    (text) => text === '*' || /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(text),
    'The host is a name without a port, or “*” for any.'
  );
const Path = z.string().min(1, 'The path is missing.').max(500, 'The path has at most 500 characters.');
/** A permission, a key that works, or what nobody has; with `users` keys of users are let through by it as well. */
const Takes = z.union([z.literal(SIGNED_IN), z.literal(NOBODY), PermissionId]);
/** The route that it goes before; null: the end. */
const Before = z.uuid().nullable();

export const RouteCreate = z.strictObject({
  op: Op,
  method: Method.default('*'),
  host: Host.default('*'),
  path: Path,
  takes: Takes,
  users: z.boolean().default(false),
  before: Before.default(null)
});
export const RouteUpdate = z.strictObject({
  op: Op,
  id: z.uuid(),
  seen: Version,
  method: Method.optional(),
  host: Host.optional(),
  path: Path.optional(),
  takes: Takes.optional(),
  users: z.boolean().optional()
});
export const RouteMove = z.strictObject({ op: Op, id: z.uuid(), before: Before });
export const RouteDelete = z.strictObject({ op: Op, id: z.uuid() });

/** A request to try, as a browser's address bar has it. */
export const RouteTry = z.strictObject({
  method: Method.refine((method) => method !== '*', 'Choose one method.'),
  url: z.string().max(4000, 'The address is too long.'),
  subject: z.strictObject({ type: z.enum(['administrator', 'user', 'application']), id: z.string().max(254) })
});

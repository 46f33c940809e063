import { z } from 'zod';
import { Code, Email, Op, PersonName, Secret, Sought } from './fields';

// What the steps of a sign-in take, and the set-up of an installation.

export const CreateOwner = z.strictObject({
  op: Op,
  token: z.string().max(200),
  name: PersonName,
  email: Email,
  password: Secret
});

export const SignIn = z.strictObject({ op: Op.optional(), email: Sought(254), password: Secret });

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

/** `keepStorage`: what others left in this browser to be sent is not to be cleared with the rest. */
export const SignOut = z.strictObject({ op: Op.optional(), keepStorage: z.boolean().optional() }).optional();

import { z } from 'zod';
import { Op, SendingName } from './fields';

/** A name that somebody sends by, an administrator or a user. `from`: from whom it is taken, if another has it. */
export const SendingNameAdd = z.strictObject({
  op: Op,
  id: z.uuid(),
  name: SendingName,
  from: z.uuid().optional()
});

export const SendingNameRemove = z.strictObject({ op: Op, id: z.uuid(), name: SendingName });

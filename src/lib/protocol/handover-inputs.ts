import { z } from 'zod';
import { HANDED_COMMANDS, type HandedCommandName } from '$lib/core/commands';
import { isEdit } from '$lib/core/forwarding/handovers';
import { ADMINISTRATOR_SCHEMAS, ROLE_SCHEMAS } from './commands/records';
import { ClaimedAt, Op, Sought, Text } from './fields';

/** The schemas of the commands themselves: what is handed on is judged as if it were asked for. */
const SCHEMAS: Record<HandedCommandName, z.ZodType<object>> = { ...ROLE_SCHEMAS, ...ADMINISTRATOR_SCHEMAS };

const Handed = z.enum(HANDED_COMMANDS);

/** Stands for the operation id that whoever applies it will give. */
const SOME_OP = '00000000-0000-4000-8000-000000000000';
/** Fields that an edit carries besides what it changes. */
const FRAME: ReadonlySet<string> = new Set(['id', 'seen', 'seenParts']);

/** Change that is asked for: a procedure that devices keep, and its input without what belongs to the one request. */
export const RequestedChange = z
  .strictObject({
    procedure: Handed,
    input: z.record(z.string().max(120), z.unknown())
  })
  .transform(({ procedure, input }, context) => {
    const no = (path: PropertyKey[], message: string) =>
      context.addIssue({ code: 'custom', path: ['input', ...path], message });
    for (const key of ['op', 'claimedAt'])
      if (Object.hasOwn(input, key)) no([key], 'This belongs to one request and is not handed on.');
    const parsed = SCHEMAS[procedure].safeParse({ ...input, op: SOME_OP });
    for (const issue of parsed.error?.issues ?? [])
      no(issue.code === 'unrecognized_keys' ? issue.keys : issue.path, issue.message);
    const { op: _, ...data } = { ...(parsed.data ?? {}) } as Record<string, unknown>;
    if (parsed.success && isEdit(procedure) && Object.keys(data).every((key) => FRAME.has(key)))
      no([], 'Nothing is asked for.');
    return { procedure, input: data };
  });

export type RequestedChange = z.infer<typeof RequestedChange>;

/** The most characters that people write to each other with it. */
const NOTE_LENGTH = 500;

export const HandoverSend = z.strictObject({
  op: Op,
  to: z.uuid(),
  asked: RequestedChange,
  /**
   * The operation id under which it was refused. Why is looked up there, or judged anew: nobody says that of
   * themselves.
   */
  refused: z.uuid().optional(),
  note: Text('The note', NOTE_LENGTH).optional()
});

/** `applied`: the operation id of the recipient's own change, which must be what was asked, and have landed. */
export const HandoverSettle = z.strictObject({
  op: Op,
  claimedAt: ClaimedAt,
  id: z.uuid(),
  applied: z.uuid()
});

export const HandoverDecline = z.strictObject({
  op: Op,
  id: z.uuid(),
  note: Text('The note', NOTE_LENGTH).optional()
});

export const HandoverWithdraw = z.strictObject({ op: Op, id: z.uuid() });

/**
 * Candidates to send a change to; `asked` is left out where it is too much for a question, and then nothing is said
 * of their rights.
 */
export const HandoverRecipients = z.strictObject({
  procedure: Handed,
  id: z.string().max(64).optional(),
  asked: RequestedChange.optional(),
  search: Sought(200).optional()
});

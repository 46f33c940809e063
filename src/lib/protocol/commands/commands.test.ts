import { expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import type { CommandFacts } from '$lib/core/command-facts';
import { COMMANDS, type CommandName } from '$lib/core/commands';
import { COMMAND_SCHEMAS } from './commands';

const facts: Readonly<Record<string, CommandFacts>> = COMMANDS;
const waiting = (Object.keys(COMMANDS) as CommandName[]).filter((name) => facts[name]?.waits !== undefined);

/** The fields that the schema of a command does not know. */
function unknownTo(schema: z.ZodType, input: object): string[] {
  const issues = schema.safeParse(input).error?.issues ?? [];
  return issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
}

test.each(waiting)('[LIV-4] %s, which waits on a device, takes the time at which it was made', (name) => {
  const input = { claimedAt: '2026-11-30T18:00:00.000Z', nothing: 0 };
  expect(unknownTo(COMMAND_SCHEMAS[name], input)).toEqual(['nothing']);
});

test('[LIV-4] a command whose input takes no time cannot be said to wait', () => {
  expectTypeOf<CommandFacts<{ op: string }>['waits']>().toEqualTypeOf<undefined>();
  expectTypeOf<CommandFacts<{ op: string; claimedAt?: string }>['waits']>().toEqualTypeOf<
    'whole' | 'parts' | undefined
  >();
});

import type { z } from 'zod';
import type { PermissionId } from '$lib/core/access/catalogue/permission-ids';
import type { CommandFacts } from '$lib/core/command-facts';
import { COMMANDS, type CommandName, type WholeCommandName } from '$lib/core/commands';
import * as caps from '../cap-command-inputs';
import { HandoverDecline, HandoverSend, HandoverSettle, HandoverWithdraw } from '../handover-inputs';
import * as account from '../account-inputs';
import * as administrators from '../administrator-inputs';
import * as log from '../log-inputs';
import { MailTest, SettingsUpdate, WebhookAction, WebhookSet } from '../settings-inputs';
import { ADMINISTRATOR_SCHEMAS, APPLICATION_SCHEMAS, ROLE_SCHEMAS, TENANT_SCHEMAS } from './records';

/** Inputs of each command (core/commands has the rest of what is known of it). Pages import its types alone. */
export const COMMAND_SCHEMAS = {
  ...ROLE_SCHEMAS,
  ...ADMINISTRATOR_SCHEMAS,
  ...APPLICATION_SCHEMAS,
  ...TENANT_SCHEMAS,
  'caps.pause': caps.CapsPause,
  'caps.resume': caps.CapsResume,
  'caps.raise': caps.CapsRaise,
  'caps.endRaise': caps.CapsEndRaise,
  'caps.reset': caps.CapsReset,
  'owner.offer': administrators.PersonAction,
  'owner.withdraw': administrators.OwnershipStep,
  'owner.accept': administrators.OwnershipStep,
  'owner.decline': administrators.OwnershipStep,
  'handovers.send': HandoverSend,
  'handovers.settle': HandoverSettle,
  'handovers.decline': HandoverDecline,
  'handovers.withdraw': HandoverWithdraw,
  'me.update': account.Profile,
  'me.revokeSessions': account.OwnSessions,
  'me.setAllowlist': account.Allowlist,
  'settings.update': SettingsUpdate,
  'settings.testMail': MailTest,
  'settings.setWebhook': WebhookSet,
  'settings.rotateWebhookSecret': WebhookAction,
  'settings.testWebhook': WebhookAction,
  'log.keepFilters': log.LogFilters,
  'log.export': log.LogExport,
  'lists.export': log.ListExport,
  'log.cancelExport': log.CancelLogExport,
  'log.reportInconsistent': log.LogInconsistent
} satisfies Record<CommandName, z.ZodType<{ op: string }>>;

/** The input of a command as its use case gets it. */
export type CommandInput<N extends CommandName> = Inputs[N];

type Inputs = { [N in CommandName]: z.infer<(typeof COMMAND_SCHEMAS)[N]> };

/** The input of a command as it is sent. */
export type CommandRequest<N extends CommandName> = z.input<(typeof COMMAND_SCHEMAS)[N]>;

/** Request of a command, without the id of the one operation. */
export type CommandFields<N extends CommandName> = Omit<CommandRequest<N>, 'op'>;

/** The same without what belongs to the one request. */
export type WholeCommandInput<N extends WholeCommandName> = N extends WholeCommandName
  ? Readonly<Omit<CommandRequest<N>, 'op' | 'claimedAt'>>
  : never;

/** The table of core with the input of each: a fact that asks for what its input has not does not compile. */
export const COMMAND_FACTS: { readonly [N in CommandName]: CommandFacts<CommandInput<N>> } = COMMANDS;

/** Permission that a command requires; null when the decision asks part by part, or it is about the caller alone. */
export function permissionFor<N extends CommandName>(name: N, input: CommandInput<N>): PermissionId | null {
  const { permission, permissionOf } = COMMAND_FACTS[name];
  return permissionOf ? permissionOf(input) : permission;
}

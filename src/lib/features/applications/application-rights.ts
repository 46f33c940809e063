import { effectivePermissions, type Actor } from '$lib/core/access/access';
import type { CatalogueIndex } from '$lib/core/access/catalogue';
import type { PermissionId } from '$lib/core/access/catalogue/permission-ids';
import type { Refusal } from '$lib/core/access/refusal';
import { barredFromApplication } from '$lib/core/applications/applications';
import { COMMANDS, type CommandName } from '$lib/core/commands';
import { refusalWords, personRefusalText } from '$lib/core/wording/refusals';

/** Command on an application, given from its page. */
export type ApplicationCommand = Extract<CommandName, `applications.${string}`>;

/**
 * Reason a command on an application is not allowed (ACC-7); null when it is. The server judges anyway.
 * @param barred why it may not be touched at all
 */
export function whyNot(
  command: ApplicationCommand,
  { can, barred }: { can: (permission: PermissionId) => boolean; barred: Refusal | null }
): Refusal | null {
  const { permission } = COMMANDS[command];
  return can(permission) ? barred : { code: 'access/permission-required', permission };
}

/**
 * Reason the actor may not touch an application, by the permissions that its role lists; null when they may, or
 * when the list is not known here.
 * @param granted null: not known
 */
export function barredBy(
  actor: Actor,
  catalogue: CatalogueIndex,
  id: string,
  granted: readonly string[] | null
): Refusal | null {
  if (granted === null) return null;
  const effective = effectivePermissions(catalogue, { all: false, ids: new Set(granted) }, false);
  return barredFromApplication(actor, { id, effective });
}

/** A refusal about an application in a sentence or two. */
export function applicationRefusalText(refusal: Refusal, catalogue: CatalogueIndex): string {
  if (refusal.code === 'access/not-dominated')
    return 'It has more permissions than you. Only people who have every permission of an application can change it.';
  if (refusal.code === 'access/self') return 'An application cannot change itself.';
  if (refusal.code === 'input/taken') return refusalWords(refusal, catalogue).text;
  return personRefusalText(refusal, catalogue);
}

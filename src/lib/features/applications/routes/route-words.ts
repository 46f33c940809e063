import { NOBODY, SIGNED_IN } from '$lib/core/access/decisions/forward-routes';
import type { CatalogueIndex } from '$lib/core/access/catalogue';
import type { Refusal } from '$lib/core/access/refusal';
import { permissionName, permissionNames } from '$lib/core/wording/permissions';
import { refusalWords } from '$lib/core/wording/refusals';

/** Words for what a route requires; `users`: it lets users through as well. */
export function takesWords(catalogue: CatalogueIndex, takes: string, users = false): string {
  if (takes === SIGNED_IN) return `Anyone with a working key${users ? ', users included' : ''}`;
  return takes === NOBODY
    ? 'No one'
    : `${permissionName(catalogue, takes)}${users ? ', users included' : ''}`;
}

/** Reason a route was not changed, in a sentence or two. */
export function routeRefusalText(refusal: Refusal, catalogue: CatalogueIndex): string {
  if (refusal.code === 'access/not-held')
    return `This changes who gets through where a route requires ${permissionNames(catalogue, refusal.permissions)}, which you don’t have yourself.`;
  if (refusal.code === 'input/not-for-users')
    return `Only administrators can have ${permissionNames(catalogue, refusal.permissions)}, so this route can’t let keys of users through.`;
  if (refusal.code === 'not-found') return 'This route was deleted in the meantime.';
  return refusalWords(refusal, catalogue).text;
}

/** Choices for what a route requires: a permission that the chooser does not hold cannot be chosen (ACC-1). */
export function takesChoices(
  catalogue: CatalogueIndex,
  holds: (permission: string) => boolean
): { value: string; label: string; hint?: string; disabled?: boolean }[] {
  return [
    { value: SIGNED_IN, label: takesWords(catalogue, SIGNED_IN) },
    { value: NOBODY, label: takesWords(catalogue, NOBODY), hint: 'Refuses everyone' },
    ...catalogue.ids.map((id) => ({
      value: id,
      label: permissionName(catalogue, id),
      ...(holds(id) ? {} : { hint: 'You don’t have it', disabled: true })
    }))
  ];
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Methods to choose from; one that a route has is among them whatever it is. */
export function methodChoices(now?: string): { value: string; label: string }[] {
  const others = now === undefined || now === '*' || METHODS.includes(now) ? [] : [now];
  return [...METHODS, ...others].map((method) => ({ value: method, label: method }));
}

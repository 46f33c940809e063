import type { DecisionReason } from '../access/decisions/evaluate';
import type { CatalogueIndex } from '../access/catalogue';
import type { Principal } from '../access/decisions/view';
import { permissionName } from './permissions';

/** Reason for a decision in words, for whoever may know everything: names the role, the permission and the state. */
export function decisionReason(catalogue: CatalogueIndex, reason: DecisionReason): string {
  switch (reason.code) {
    case 'granted':
      return `${who(reason)} has the role “${reason.role.name}”, which includes ${named(catalogue, reason.permission)}.`;
    case 'not-granted':
      return reason.role === null
        ? `${who(reason)} has a role that no longer exists.`
        : `${who(reason)} has the role “${reason.role.name}”, which doesn’t include ${named(catalogue, reason.permission)}.`;
    case 'owner-only':
      return `Only the owner can use ${named(catalogue, reason.permission)}.`;
    case 'scope':
      return `${who(reason)} can reach only their own records.`;
    case 'paused':
      return reason.of === 'platform'
        ? 'Sending is paused for everyone.'
        : `The sending of ${who(reason)} is paused.`;
    case 'unknown-subject':
      return 'There is no such administrator, user or application.';
    case 'unknown-action':
      return `There is no permission ${reason.permission}.`;
    case 'suspended':
      return SUSPENDED[reason.because](who(reason));
    case 'closed':
      return CLOSED[reason.principal.kind](who(reason));
    case 'expired':
      return `The access of ${who(reason)} has ended.`;
  }
}

/** The same for whoever asked to do it: says what to do, and nothing about anybody. */
export function decisionAdvice(reason: DecisionReason): string {
  switch (reason.code) {
    case 'granted':
      return 'You have access.';
    case 'not-granted':
      return 'You don’t have access to this. Ask an administrator who can change your role.';
    case 'owner-only':
      return 'Only the owner of the account can do this.';
    case 'scope':
      return 'This isn’t one of your records.';
    case 'paused':
      return 'Sending is paused at the moment. Ask an administrator.';
    case 'unknown-subject':
    case 'unknown-action':
      return 'You don’t have access to this.';
    case 'suspended':
      return 'Your account can’t be used at the moment. Ask an administrator.';
    case 'closed':
      return 'Your account is closed.';
    case 'expired':
      return 'Your access has ended. Ask an administrator.';
  }
}

/** Remedy that would make a no a yes, in words; null: there is none, or it is a yes. */
export function decisionRemedy(catalogue: CatalogueIndex, reason: DecisionReason): string | null {
  switch (reason.code) {
    case 'not-granted':
      return reason.role === null
        ? `Assign ${who(reason)} another ${given(reason)}.`
        : `Add ${named(catalogue, reason.permission)} to the role “${reason.role.name}”, or assign ${who(reason)} another ${given(reason)}.`;
    case 'suspended':
      return reason.because === 'suspended'
        ? `Reactivate ${who(reason)}.`
        : reason.because === 'not-activated'
          ? `${who(reason)} signs in and chooses a password.`
          : `Name a steward for ${who(reason)}.`;
    case 'closed':
      return reason.principal.kind === 'administrator' ? `Reactivate ${who(reason)}.` : null;
    case 'paused':
      return 'Resume sending.';
    default:
      return null;
  }
}

const CLOSED = {
  administrator: (name: string) => `${name} was deactivated.`,
  application: (name: string) => `${name} was deleted.`,
  user: (name: string) => `The account of ${name} is closed.`
};

const SUSPENDED = {
  suspended: (name: string) => `${name} is suspended.`,
  'not-activated': (name: string) => `${name} has not signed in for the first time yet.`,
  'steward-gone': (name: string) => `${name} has had no steward for more than 30 days.`
};

function who({ principal }: { principal: { name: string } }): string {
  return principal.name;
}

/** Source of somebody's permissions: a user has its role by its package. */
function given({ principal }: { principal: Principal }): string {
  return principal.kind === 'user' ? 'package' : 'role';
}

function named(catalogue: CatalogueIndex, permission: string): string {
  return `“${permissionName(catalogue, permission)}”`;
}

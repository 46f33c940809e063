import type { CatalogueIndex } from '../../../../core/access/catalogue';
import { count, lowerFirst, wordOf } from '../../../../core/wording/phrases';
import { denialWords } from '../../../../core/wording/refusal-codes';
import type { EntryDoc } from '../../../db/log/audit-schema';
import { permissionWords, targetName, untilWords, valueOf } from './values';
import { say, type Known, type Phrase } from './wording';

/** "Lacks Contacts › Export", "Own role or account" */
export function denialDetail(doc: EntryDoc, catalogue: CatalogueIndex): string {
  const missing = valueOf(doc, 'missing');
  if (isTold(doc)) return `${targetName(doc)}: ${told(doc, catalogue)}`;
  return Array.isArray(missing) && missing.length > 0
    ? `Lacks ${permissionWords(missing.map(String), catalogue)}`
    : denialWords(doc.reason ?? '');
}

export function denialSentence(doc: EntryDoc, { catalogue }: Known): Phrase[] {
  if (isTold(doc)) return say`was told that ${targetName(doc)} can’t use ${told(doc, catalogue)}`;
  return say`was denied ${attemptWords(doc)}: ${lowerFirst(denialDetail(doc, catalogue))}`;
}

/** "412 more times until 22:14 UTC, lacks Contacts › Export" */
export function denialsDetail(doc: EntryDoc, catalogue: CatalogueIndex): string {
  return `${moreTimes(doc)}, ${differ(doc) ? 'different attempts' : lowerFirst(denialDetail(doc, catalogue))}`;
}

export function denialsSentence(doc: EntryDoc, { catalogue }: Known): Phrase[] {
  if (isTold(doc))
    return say`was told ${moreTimes(doc)} that ${targetName(doc)} can’t use ${told(doc, catalogue)}`;
  return differ(doc)
    ? say`was denied ${'different attempts'} ${moreTimes(doc)}`
    : say`was denied ${attemptWords(doc)} ${moreTimes(doc)}: ${lowerFirst(denialDetail(doc, catalogue))}`;
}

/** A program asked about somebody else and was told no: nobody tried anything (DEC-6). */
function isTold(doc: EntryDoc): boolean {
  const procedure = String(valueOf(doc, 'procedure') ?? '');
  return procedure.startsWith('/access/v1/evaluation') && doc.target.type !== 'procedure';
}

/** "Contacts › Export (not in the role)" */
function told(doc: EntryDoc, catalogue: CatalogueIndex): string {
  const missing = valueOf(doc, 'missing');
  const permissions = Array.isArray(missing) ? permissionWords(missing.map(String), catalogue) : '';
  return `${permissions} (${lowerFirst(denialWords(doc.reason ?? ''))})`;
}

function moreTimes(doc: EntryDoc): string {
  return `${count(Number(valueOf(doc, 'times') ?? 0), 'more time')}${untilWords(doc)}`;
}

/** Attempts that were too many to be counted by what they were. */
function differ(doc: EntryDoc): boolean {
  return valueOf(doc, 'procedure') === undefined;
}

function attemptWords(doc: EntryDoc): string {
  const procedure = String(valueOf(doc, 'procedure') ?? doc.target.id);
  return wordOf(ATTEMPTS, procedure) ?? procedure;
}

/** Names of attempted actions, by procedure. */
const ATTEMPTS: Record<string, string> = {
  'roles.list': 'viewing roles',
  'roles.get': 'viewing a role',
  'roles.at': 'viewing an earlier version of a role',
  'roles.history': 'viewing the history of a role',
  'roles.members': 'viewing the members of a role',
  'roles.holders': 'viewing who has a permission',
  'roles.edit': 'editing a role',
  'roles.create': 'creating a role',
  'roles.delete': 'deleting a role',
  'roles.restore': 'restoring a role',
  'roles.revokeSessions': 'signing out a role',
  'userRoles.list': 'viewing user roles',
  'userRoles.get': 'viewing a user role',
  'userRoles.at': 'viewing an earlier version of a user role',
  'userRoles.history': 'viewing the history of a user role',
  'userRoles.members': 'viewing the users of a role',
  'userRoles.holders': 'viewing which users have a permission',
  'userRoles.edit': 'editing a user role',
  'userRoles.create': 'creating a user role',
  'userRoles.delete': 'deleting a user role',
  'userRoles.restore': 'restoring a user role',
  'administrators.list': 'viewing administrators',
  'administrators.get': 'viewing an administrator',
  'administrators.create': 'creating an account',
  'administrators.update': 'editing an account',
  'administrators.suspend': 'suspending an account',
  'administrators.reactivate': 'reactivating an account',
  'administrators.unlock': 'unlocking an account',
  'administrators.delete': 'deleting an account',
  'administrators.resetPassword': 'resetting a password',
  'administrators.require2fa': 'requiring two-factor sign-in',
  'administrators.reset2fa': 'resetting two-factor sign-in',
  'administrators.sessions': 'viewing sessions',
  'administrators.revokeSessions': 'ending sessions',
  'administrators.keys': 'viewing API keys',
  'administrators.revokeKey': 'revoking an API key',
  'users.keys': 'viewing API keys',
  'users.revokeKey': 'revoking an API key',
  'administrators.addSendingName': 'adding a sending name',
  'administrators.removeSendingName': 'removing a sending name',
  'administrators.bulk': 'changing several accounts',
  'administrators.beginImport': 'importing accounts',
  'administrators.import': 'importing accounts',
  'auth.disableTotp': 'turning off two-factor sign-in',
  'auth.renewRecoveryCodes': 'creating recovery codes',
  'me.update': 'editing their own profile',
  'me.sessions': 'viewing their own sessions',
  'me.revokeSessions': 'ending their own sessions',
  'me.setAllowlist': 'changing their own allowed addresses',
  'routes.list': 'viewing routes',
  'routes.try': 'trying a route',
  'routes.create': 'adding a route',
  'routes.update': 'changing a route',
  'routes.move': 'moving a route',
  'routes.delete': 'deleting a route',
  'caps.pause': 'pausing sending',
  'caps.resume': 'resuming sending',
  'caps.raise': 'raising a cap',
  'caps.endRaise': 'ending the raise of a cap',
  'caps.reset': 'resetting a counter',
  'caps.usage': 'viewing usage',
  'caps.layers': 'viewing who asks before it sends',
  'caps.history': 'viewing usage',
  'caps.refusals': 'viewing who was refused to send',
  'caps.export': 'exporting usage',
  'owner.offer': 'offering ownership',
  'owner.accept': 'accepting ownership',
  'owner.decline': 'declining ownership',
  'owner.withdraw': 'withdrawing an ownership offer',
  'handovers.send': 'sending a change to someone',
  'settings.get': 'viewing settings',
  'settings.update': 'changing settings',
  'settings.testMail': 'testing the mail server',
  'settings.webhook': 'viewing the webhook',
  'settings.setWebhook': 'changing the webhook',
  'settings.rotateWebhookSecret': 'rotating the webhook secret',
  'settings.testWebhook': 'testing the webhook',
  'log.list': 'viewing the log',
  'log.entry': 'viewing an entry of the log',
  'log.count': 'viewing the log',
  'log.chart': 'viewing the log',
  'log.signIns': 'viewing sign-ins',
  'log.export': 'exporting the log',
  'lists.export': 'exporting a list'
};

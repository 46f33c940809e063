import { LIST_RIGHTS, type ListName } from './access/list-rights';
import type { CommandFacts } from './command-facts';

/** Commands about the settings, the log and copies of lists: a part of the table of commands. */
export const INSTALLATION_COMMANDS = {
  /**
   * People alone may: whoever sets the mail server can read the links that go through it. Each section asks for its
   * own permission.
   */
  'settings.update': { about: 'settings', by: 'session', permission: null, sensitive: true, waits: 'parts' },
  'settings.testMail': {
    by: 'session',
    about: 'settings',
    permission: 'settings.application.edit_mail',
    sensitive: true
  },
  /** Address that cap alerts are posted to (QUO-9). Its secret is told once, to whoever is signed in. */
  'settings.setWebhook': {
    by: 'session',
    about: 'settings',
    permission: 'settings.integrations.edit',
    sensitive: true
  },
  'settings.rotateWebhookSecret': {
    by: 'session',
    about: 'settings',
    permission: 'settings.integrations.rotate_secret',
    sensitive: true
  },
  'settings.testWebhook': { by: 'session', about: 'settings', permission: 'settings.integrations.test' },
  'log.keepFilters': { by: 'session', about: 'log', permission: null },
  /** Permissions to export: which of them it takes depends on the format and the view asked for. */
  'log.export': { by: 'session', about: 'log', permission: null, sensitive: true },
  /**
   * A copy of a list that its author may see anyway, for an access review: asked for and told in the log like one
   * of the log.
   */
  'lists.export': {
    by: 'session',
    about: 'list',
    permission: 'people.administrators.view',
    permissionOf: ({ list }: { list: ListName }) => LIST_RIGHTS[list],
    sensitive: true
  },
  'log.cancelExport': { by: 'session', about: 'log', permission: null },
  'log.reportInconsistent': { by: 'session', about: 'log', permission: null }
} as const satisfies Record<string, CommandFacts>;

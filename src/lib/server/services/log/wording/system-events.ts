import { fieldWord } from '../../../../core/wording/fields';
import { listed, upperFirst } from '../../../../core/wording/phrases';
import type { EntryDoc } from '../../../db/log/audit-schema';
import { denialDetail, denialSentence, denialsDetail, denialsSentence } from './denials';
import {
  exportedList,
  exportEnd,
  exportFormat,
  exportSize,
  listSize,
  finderWords,
  logWords,
  targetName,
  valueOf
} from './values';
import { say, type WordingOf } from './wording';

const settingsOf = (doc: EntryDoc) => listed(doc.change.map(({ path }) => fieldWord(path)));

/** The installation, its keys, and the log itself. */
export const SYSTEM_EVENTS: WordingOf<'settings' | 'database' | 'key' | 'access' | 'log' | 'list' | 'audit'> =
  {
    'settings.changed': {
      detail: (doc) => upperFirst(settingsOf(doc)),
      sentence: (doc) => say`changed the settings: ${settingsOf(doc)}`
    },
    'settings.mail_tested': {
      detail: ({ outcome }) => (outcome === 'success' ? 'Test mail sent' : 'Test mail failed'),
      sentence: ({ outcome }) =>
        say`tested the mail server: test mail ${outcome === 'success' ? 'sent' : 'failed'}`
    },
    'settings.webhook_changed': {
      detail: (doc) => String(valueOf(doc, 'webhook.url') ?? 'Removed'),
      sentence: (doc) => {
        const to = valueOf(doc, 'webhook.url');
        return typeof to === 'string' ? say`set the webhook to ${to}` : say`removed the ${'webhook'}`;
      }
    },
    'settings.webhook_secret_rotated': { sentence: () => say`rotated the ${'webhook secret'}` },
    'settings.webhook_tested': {
      detail: ({ outcome }) => (outcome === 'success' ? 'Test delivered' : 'Test failed'),
      sentence: ({ outcome }) =>
        say`tested the webhook: test ${outcome === 'success' ? 'delivered' : 'failed'}`
    },
    'settings.webhook_given_up': {
      detail: (doc) => String(valueOf(doc, 'said') ?? ''),
      sentence: () => say`gave up posting an alert to the ${'webhook'}`
    },
    'database.migrated': {
      // Files of the structure are numbered: the number says how far it is, the rest is the program's own.
      detail: ({ target }) => `Version ${Number(/^\d+/.exec(target.id)?.[0] ?? 0)}`,
      sentence: () => say`updated the ${'database'}`
    },
    'key.adopted': { sentence: () => say`adopted the ${'encryption key'}` },
    'key.rotated': { sentence: () => say`rotated the ${'encryption key'}` },
    'access.denied': { detail: denialDetail, sentence: denialSentence },
    'access.denied_again': { detail: denialsDetail, sentence: denialsSentence },
    'log.export_begun': {
      detail: (doc) => upperFirst(exportFormat(doc)),
      sentence: (doc) => say`started a log export as ${exportFormat(doc)}`
    },
    'log.export_ended': {
      summary: ({ outcome }) => (outcome === 'success' ? 'Exported the log' : 'Log export not completed'),
      detail: (doc) =>
        [doc.outcome === 'success' ? '' : upperFirst(exportEnd(doc)), exportSize(doc), exportFormat(doc)]
          .filter(Boolean)
          .join(', '),
      sentence: (doc) =>
        doc.outcome === 'success'
          ? say`exported ${exportSize(doc)} of the log as ${exportFormat(doc)}`
          : say`did not complete a log export: ${exportEnd(doc)}`
    },
    'list.export_begun': {
      detail: (doc) => `${upperFirst(exportedList(doc))}, CSV`,
      sentence: (doc) => say`started an export of ${exportedList(doc)} as ${'CSV'}`
    },
    'list.export_ended': {
      summary: ({ outcome }) => (outcome === 'success' ? 'Exported a list' : 'List export not completed'),
      detail: (doc) =>
        doc.outcome === 'success'
          ? `${listSize(doc)}, CSV`
          : `${upperFirst(exportEnd(doc))}, ${exportedList(doc)}`,
      sentence: (doc) =>
        doc.outcome === 'success'
          ? say`exported ${listSize(doc)} as ${'CSV'}`
          : say`did not complete an export of ${exportedList(doc)}: ${exportEnd(doc)}`
    },
    'log.viewed': {
      detail: (doc) => upperFirst(logWords(doc)),
      sentence: (doc) => say`viewed the ${logWords(doc)}`
    },
    'audit.heartbeat': {
      detail: () => 'No events for an hour',
      sentence: () => say`recorded a ${'heartbeat'}: no events for an hour`
    },
    'audit.key.adopt': { sentence: () => say`started signing the log with a ${'new key'}` },
    'audit.key.rotate': { sentence: () => say`changed the ${'key'} that signs the log` },
    'audit.prune': {
      detail: ({ target }) => `Up to entry ${target.id}, past their retention`,
      sentence: ({ target }) => say`deleted old entries up to number ${target.id}, past their retention`
    },
    'audit.erase': {
      detail: targetName,
      sentence: (doc) => say`erased the personal data of ${targetName(doc)} from the log`
    },
    'audit.inconsistent': {
      detail: (doc) => upperFirst(finderWords(doc)),
      sentence: () => say`found that the log ${'does not match'} what was seen of it before`
    },
    'audit.restored': {
      detail: () => 'Declared on the server',
      sentence: () => say`was restored ${'from a backup'}`
    }
  };

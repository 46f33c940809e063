import type { CatalogueIndex } from '../../../../core/access/catalogue';
import { actionLabel } from '../../../../core/wording/actions';
import type { EntryDoc } from '../../../db/log/audit-schema';
import { deviceName } from '../../../auth/device-name';
import { wordingOf } from './events';

/**
 * An entry in a few words, without its actor, and its details, for rows, exports and collectors. One that cannot be
 * put into words (written by a later version of the program) is shown by its action: the feed never stops for one
 * entry.
 */
export function summarise(
  catalogue: CatalogueIndex,
  doc: EntryDoc,
  userAgent: string | null
): { summary: string; detail: string } {
  const words = wordingOf(doc.action);
  const detail = words ? words.detail?.(doc, catalogue) : doc.target.name;
  return {
    summary: words?.summary?.(doc) ?? actionLabel(doc.action),
    detail: [detail, deviceName(userAgent)].filter(Boolean).join(' · ')
  };
}

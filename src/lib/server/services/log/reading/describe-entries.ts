import { spellOutAll } from '../../../../core/log/inert-text';
import { isWholeId } from '../../../../core/log/log-tokens';
import type { FeedEntry } from '../../../../documents/cells';
import type { LogRow } from '../../../db/log/log-table';
import { deviceName } from '../../../auth/device-name';
import type { Deps } from '../../write-path/deps';
import { feedEntry } from '../wording/feed-entry';
import { readPersonalData } from '../wording/personal-data';
import { rolesThen, type RoleThen } from './roles-then';
import { sentence } from '../wording/sentence';
import { packagesTold } from '../wording/names-told';
import type { Known, Phrase } from '../wording/wording';

/** Change of an entry, shortened to fit a row of a table. */
export type ShortChange = { path: string; old: unknown; new: unknown };

/** An entry as the lists show it. */
export type ListedEntry = FeedEntry & {
  /** The role that the actor had then. */
  role: RoleThen | null;
  /** "Firefox on macOS"; null when it is not known. */
  device: string | null;
  /** Sentence about the event, without the actor: "removed *Export contacts* from *Support*". */
  sentence: Phrase[];
  /** The first changes; `changes` says how many there are. */
  change: ShortChange[];
  changes: number;
};

const MOST_CHANGES = 2;
const MOST_ITEMS = 3;
const MOST_LETTERS = 120;

export async function describeEntries(deps: Deps, rows: readonly LogRow[]): Promise<ListedEntry[]> {
  const people = rows.map(({ doc }) => doc.actor.id).filter((id) => id !== null && isWholeId(id));
  const [roles, packageName] = await Promise.all([
    rolesThen(deps.db, people as string[]),
    packagesTold(
      deps.db,
      rows.map(({ doc }) => doc)
    )
  ]);
  const known = { catalogue: deps.catalogue, roleName: roles.nameOf, packageName };
  return rows.map(({ seq, doc, personalData }) => {
    // Of an attempt that was denied nothing changed: its sentence says what was tried, and what it lacked.
    const changes = doc.action.startsWith('access.') ? [] : doc.change;
    return {
      ...feedEntry(deps.catalogue, seq, doc, personalData),
      role: roles.of(doc.actor.id, seq),
      device: deviceName(readPersonalData(personalData).userAgent) || null,
      // As in feedEntry: what people typed is only ever text (L-06).
      sentence: spellOutAll(sentence(doc, known)),
      change: changes.slice(0, MOST_CHANGES).map(({ path, old, new: value }) => ({
        path,
        old: spellOutAll(short(path, old, known)),
        new: spellOutAll(short(path, value, known))
      })),
      changes: changes.length
    };
  });
}

function short(path: string, value: unknown, { roleName, packageName }: Known): unknown {
  if (path === 'roleId' && typeof value === 'string') return roleName(value) ?? value;
  if (path === 'packageId' && typeof value === 'string') return packageName(value) ?? value;
  if (typeof value === 'string') return value.slice(0, MOST_LETTERS);
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS + 1);
  return value;
}

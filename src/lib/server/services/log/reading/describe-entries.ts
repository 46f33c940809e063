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
import type { Phrase } from '../wording/wording';

/** What an entry says was changed, as short as a row of a table takes it. */
export type ShortChange = { path: string; old: unknown; new: unknown };

/** An entry as the lists show it. */
export type ListedEntry = FeedEntry & {
  /** The role that the actor had then. */
  role: RoleThen | null;
  /** "Firefox on macOS"; null when it is not known. */
  device: string | null;
  /** What happened, without the actor: "removed *Export contacts* from *Support*". */
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
  const roles = await rolesThen(deps.db, people as string[]);
  return rows.map(({ seq, doc, personalData }) => ({
    ...feedEntry(deps.catalogue, seq, doc, personalData),
    role: roles.of(doc.actor.id, seq),
    device: deviceName(readPersonalData(personalData).userAgent) || null,
    // As in feedEntry: what people typed is only ever text (L-06).
    sentence: spellOutAll(sentence(doc, { catalogue: deps.catalogue, roleName: roles.nameOf })),
    change: doc.change.slice(0, MOST_CHANGES).map(({ path, old, new: value }) => ({
      path,
      old: spellOutAll(short(path, old, roles.nameOf)),
      new: spellOutAll(short(path, value, roles.nameOf))
    })),
    changes: doc.change.length
  }));
}

function short(path: string, value: unknown, roleName: (id: string) => string | null): unknown {
  if (path === 'roleId' && typeof value === 'string') return roleName(value) ?? value;
  if (typeof value === 'string') return value.slice(0, MOST_LETTERS);
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS + 1);
  return value;
}

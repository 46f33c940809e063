import { z } from 'zod';
import { COUNTS, type CountId, type UserCounts } from '$lib/core/packages/counts';
import { CAPS, type CapId, type CapSettings } from '$lib/core/quotas/caps';
import { CapSetting, CountSetting } from './fields';
import { RAW_ROW, rawSettings, readNamed, readSettings, readWho, type ReadRow } from './import-row';

/** A row of a CSV file about a user, as it was read. */
export const RawUserRow = z.strictObject({
  ...RAW_ROW,
  package: z.string().max(1000).optional(),
  caps: rawSettings(CAPS),
  counts: rawSettings(COUNTS)
});

export type RawUserRow = z.infer<typeof RawUserRow>;

/** A row whose fields are well-formed. */
export type UserRow = {
  line: number;
  name: string;
  email: string;
  /** Name or id of a package; null: the row names none. */
  package: string | null;
  caps: Partial<CapSettings>;
  counts: Partial<UserCounts>;
};

/** Reads the fields of a row as the form would. */
export function readUserRow(raw: RawUserRow): ReadRow<UserRow> {
  const who = readWho(raw);
  if ('problem' in who) return who;
  const caps = readSettings<CapId, CapSettings[CapId]>(CAPS, raw.caps, CapSetting);
  if ('problem' in caps) return caps;
  const counts = readSettings<CountId, UserCounts[CountId]>(COUNTS, raw.counts, CountSetting);
  if ('problem' in counts) return counts;
  const named = readNamed('package', 'The package', raw.package);
  if ('problem' in named) return named;
  const { line } = raw;
  return { row: { line, ...who.row, package: named.row, caps: caps.row, counts: counts.row } };
}

import type { PartValue } from '$lib/client/outbox/record';
import type { Refusal } from '$lib/core/access/refusal';
import { COUNTS, type CountId, type PackageCounts } from '$lib/core/packages/counts';
import { SWITCHES, type PackageSwitches, type SwitchId } from '$lib/core/packages/switches';
import { CAPS, type CapId, type CapSetting, type CapSettings } from '$lib/core/quotas/caps';
import type { PackageEntry } from '$lib/shared/indexes/tenants.svelte';
import { aboveOwnWords } from '$lib/shared/quotas/cap-problem';
import { aboveOwn, type KnownCaps } from '$lib/shared/quotas/people-caps';
import type { FieldSpec, FieldValues } from '$lib/shared/record-form/field-values.svelte';

export type PackageField = 'name' | 'roleId' | `caps.${CapId}` | `counts.${CountId}` | `switches.${SwitchId}`;

const capField = (id: CapId) => `caps.${id}` as const;
const countField = (id: CountId) => `counts.${id}` as const;
const switchField = (id: SwitchId) => `switches.${id}` as const;

/**
 * The fields of a package, in the order of the form. A count that is off has no limit; a cap that is off is the
 * platform's.
 */
export const PACKAGE_FIELDS: readonly FieldSpec<PackageField>[] = [
  { key: 'name', kind: 'text' },
  { key: 'roleId', kind: 'choice' },
  ...CAPS.map(({ id }) => ({ key: capField(id), kind: 'limit', off: 'inherit' }) as const),
  ...COUNTS.map(({ id }) => ({ key: countField(id), kind: 'limit', off: 'unlimited' }) as const),
  ...SWITCHES.map(({ id }) => ({ key: switchField(id), kind: 'flag' }) as const)
];

export function valueIn(of: PackageEntry, key: PackageField): PartValue {
  const [group, id] = key.split('.');
  if (group === 'caps') return of.caps[id as CapId];
  if (group === 'counts') return of.counts[id as CountId];
  if (group === 'switches') return of.switches[id as SwitchId];
  return key === 'roleId' ? of.roleId : of.name;
}

/** Problem with what was typed, as a sentence for its field; null when there is none. */
export function packageProblem(
  values: FieldValues<PackageField>,
  key: PackageField,
  giver: KnownCaps
): string | null {
  const value = values.value(key);
  if (value === undefined) return 'Enter a whole number, such as 10,000.';
  if (key === 'name') return value === '' ? 'Enter a name.' : null;
  if (key === 'roleId') return value === '' ? 'Choose a role.' : null;
  const cap = CAPS.find(({ id }) => capField(id) === key);
  if (!cap) return null;
  const limit = aboveOwn(giver, cap.id, value as CapSetting);
  return limit === null ? null : aboveOwnWords(limit, giver, cap.id);
}

/** The words of a refusal about what was typed; null: it is about something else. */
export function packageInputWords(refusal: Refusal): string | null {
  if (refusal.code === 'input/taken') return `It is the same as, or looks like, “${refusal.looksLike}”.`;
  return refusal.code === 'input/invalid' ? refusal.message : null;
}

/** The field of a new package that a refusal is about. */
export function packageFieldOf(
  refusal: Refusal,
  giver: KnownCaps
): { key: PackageField; words: string } | null {
  if (refusal.code === 'not-found' && refusal.what === 'role')
    return { key: 'roleId', words: 'This role has been deleted. Choose another one.' };
  if (refusal.code === 'access/cap-above-own')
    return { key: capField(refusal.cap), words: aboveOwnWords(refusal.limit, giver, refusal.cap) };
  const words = packageInputWords(refusal);
  if (words === null || !('field' in refusal)) return null;
  const { field } = refusal;
  const spec = PACKAGE_FIELDS.find(({ key }) => key === field || key.endsWith(`.${field}`));
  return spec ? { key: spec.key, words } : null;
}

/** All settings as they stand in the fields; null: one of them cannot be read. */
export function settingsIn(
  values: FieldValues<PackageField>
): { caps: CapSettings; counts: PackageCounts; switches: PackageSwitches } | null {
  const read = <I extends string>(kinds: readonly { id: I }[], keyOf: (id: I) => PackageField) =>
    kinds.map(({ id }) => [id, values.value(keyOf(id))] as const);
  const groups = [read(CAPS, capField), read(COUNTS, countField), read(SWITCHES, switchField)];
  if (groups.flat().some(([, value]) => value === undefined)) return null;
  const [caps, counts, switches] = groups.map((group) => Object.fromEntries(group));
  return { caps, counts, switches } as unknown as {
    caps: CapSettings;
    counts: PackageCounts;
    switches: PackageSwitches;
  };
}

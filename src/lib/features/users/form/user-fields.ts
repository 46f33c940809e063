import { inputWords } from '$lib/core/wording/refusals';
import { emailProblem } from '$lib/core/administrators/email';
import { personNameProblem } from '$lib/core/administrators/person-name';
import type { Refusal } from '$lib/core/access/refusal';
import { COUNTS, type CountId } from '$lib/core/packages/counts';
import { CAPS, type CapId, type CapSetting } from '$lib/core/quotas/caps';
import { accentProblem } from '$lib/core/settings/accent';
import { brandNameProblem } from '$lib/core/settings/brand-name';
import { isTimeZone } from '$lib/core/settings/settings-limits';
import { BRAND_FIELD_NAMES, BRAND_FIELDS, type BrandField } from '$lib/core/users/own-brand';
import type { UserFacts } from '$lib/client/api/user-facts';
import type { PartValue } from '$lib/client/outbox/record';
import { aboveOwnWords } from '$lib/shared/quotas/cap-problem';
import { aboveOwn, type KnownCaps } from '$lib/shared/quotas/people-caps';
import type { FieldSpec, FieldValues } from '$lib/shared/record-form/field-values.svelte';

export type UserField =
  | 'name'
  | 'email'
  | 'ipAllowlist'
  | 'timeZone'
  | 'packageId'
  | BrandField
  | `caps.${CapId}`
  | `counts.${CountId}`;

const capField = (id: CapId) => `caps.${id}` as const;
const countField = (id: CountId) => `counts.${id}` as const;

/** The fields of a new user, in the order of the form. */
export const USER_FIELDS: readonly FieldSpec<UserField>[] = [
  { key: 'name', kind: 'text' },
  { key: 'email', kind: 'word' },
  { key: 'ipAllowlist', kind: 'networks' },
  { key: 'timeZone', kind: 'optional' },
  { key: 'packageId', kind: 'choice' },
  ...CAPS.map(({ id }) => ({ key: capField(id), kind: 'limit', off: 'inherit' }) as const),
  ...COUNTS.map(({ id }) => ({ key: countField(id), kind: 'limit', off: 'inherit' }) as const)
];

/** The fields of a user who is there. */
export const EDITED_FIELDS: readonly FieldSpec<UserField>[] = [
  ...USER_FIELDS,
  ...BRAND_FIELD_NAMES.map((key) => ({ key, kind: 'optional' }) as const)
];

const groupOf = (key: UserField): ['caps', CapId] | ['counts', CountId] | null => {
  const [group, id] = key.split('.');
  if (group === 'caps') return [group, id as CapId];
  return group === 'counts' ? [group, id as CountId] : null;
};

export function valueIn(user: UserFacts, key: UserField): PartValue {
  const grouped = groupOf(key);
  if (grouped !== null) return grouped[0] === 'caps' ? user.caps[grouped[1]] : user.counts[grouped[1]];
  switch (key) {
    case 'packageId':
      return user.package.id;
    case 'ipAllowlist':
      return user.ipAllowlist.join('\n');
    case 'timeZone':
      return user.timeZone;
    case 'brandName':
    case 'brandAccent':
    case 'brandLogo':
      return user.brand[BRAND_FIELDS[key]];
    default:
      return key === 'email' ? user.email : user.name;
  }
}

/** Problem with what was typed, as a sentence for its field; null when there is none. */
export function userProblem(values: FieldValues<UserField>, key: UserField, giver: KnownCaps): string | null {
  const value = values.value(key);
  const grouped = groupOf(key);
  if (grouped !== null) {
    if (value === undefined) return 'Enter a whole number, such as 10,000.';
    if (grouped[0] === 'counts') return null;
    const limit = aboveOwn(giver, grouped[1], value as CapSetting);
    return limit === null ? null : aboveOwnWords(limit, giver, grouped[1]);
  }
  const text = String(value ?? '');
  switch (key) {
    case 'name':
      return personNameProblem(text);
    case 'email':
      return emailProblem(text);
    case 'packageId':
      return text === '' ? 'Choose a package.' : null;
    case 'timeZone':
      return text === '' || isTimeZone(text) ? null : 'There is no time zone of this name.';
    case 'brandName':
      return text === '' ? null : brandNameProblem(text);
    case 'brandAccent':
      return text === '' ? null : accentProblem(text);
    // Judged when it was chosen.
    case 'brandLogo':
      return null;
    default:
      return text.split('\n').length > 50 ? 'At most 50 addresses and networks.' : null;
  }
}

/** The field of a new user that a refusal is about. */
export function userFieldOf(refusal: Refusal, giver: KnownCaps): { key: UserField; words: string } | null {
  if (refusal.code === 'not-found' && refusal.what === 'package')
    return { key: 'packageId', words: 'This package has been deleted. Choose another one.' };
  if (refusal.code === 'access/cap-above-own')
    return { key: capField(refusal.cap), words: aboveOwnWords(refusal.limit, giver, refusal.cap) };
  const words = inputWords(refusal);
  if (words === null || !('field' in refusal)) return null;
  const { field } = refusal;
  const spec = USER_FIELDS.find(({ key }) => key === field || key.endsWith(`.${field}`));
  return spec ? { key: spec.key, words } : null;
}

/** Request for a new user: what inherits is left out. */
export function userInput(values: FieldValues<UserField>) {
  const text = (key: UserField) => String(values.value(key) ?? '');
  const own = <I extends string, V>(kinds: readonly { id: I }[], keyOf: (id: I) => UserField) =>
    Object.fromEntries(
      kinds.map(({ id }) => [id, values.value(keyOf(id))] as const).filter(([, value]) => value !== 'inherit')
    ) as Partial<Record<I, V>>;
  const caps = own<CapId, Exclude<CapSetting, 'inherit'>>(CAPS, capField);
  const counts = own<CountId, 'unlimited' | number>(COUNTS, countField);
  const networks = text('ipAllowlist').split('\n').filter(Boolean);
  const timeZone = text('timeZone');
  return {
    name: text('name'),
    email: text('email'),
    packageId: text('packageId'),
    ...(Object.keys(caps).length > 0 ? { caps } : {}),
    ...(Object.keys(counts).length > 0 ? { counts } : {}),
    ...(networks.length > 0 ? { ipAllowlist: networks } : {}),
    ...(timeZone === '' ? {} : { timeZone })
  };
}

import { typedNumber } from '$lib/core/text/whole-number';
import { networksIn } from '$lib/shared/words/networks';
import { counted } from '$lib/ui/counted';

/** Texts typed into the fields of an application. */
export type ApplicationTexts = {
  name: string;
  roleId: string;
  stewardId: string;
  /** An address or network a line. */
  allowlist: string;
  /** Calls a minute; empty: no own limit. */
  perMinute: string;
};

export type ApplicationField = keyof ApplicationTexts;
export const APPLICATION_FIELDS: readonly ApplicationField[] = [
  'name',
  'roleId',
  'stewardId',
  'allowlist',
  'perMinute'
];

export const FIELD_LABELS: Record<ApplicationField, string> = {
  name: 'Name',
  roleId: 'Role',
  stewardId: 'Steward',
  allowlist: 'Allowed addresses',
  perMinute: 'Calls per minute'
};

const MOST_PER_MINUTE = 1_000_000;

/** Calls a minute; null: no own limit; undefined: it is no such number. */
export function perMinuteIn(text: string): number | null | undefined {
  if (text.trim() === '') return null;
  const calls = typedNumber(text);
  return calls !== null && calls >= 1 && calls <= MOST_PER_MINUTE ? calls : undefined;
}

/** Problem with a typed text, found before anything is sent; null when there is none. */
export function textProblem(field: ApplicationField, text: string): string | null {
  if (field === 'name') return text.trim() === '' ? 'Enter a name.' : null;
  if (field === 'roleId') return text === '' ? 'Choose a role.' : null;
  if (field === 'perMinute')
    return perMinuteIn(text) === undefined
      ? `Enter a whole number from 1 to ${counted(MOST_PER_MINUTE)}, or leave it empty.`
      : null;
  return field === 'allowlist' && networksIn(text).length > 50 ? 'At most 50 addresses and networks.' : null;
}

/** An application's fields as texts. */
export function textsOf(application: {
  name: string;
  role: { id: string };
  steward: { id: string } | null;
  /** Undefined: not known here. */
  allowlist: readonly string[] | undefined;
  perMinute: number | null;
}): ApplicationTexts {
  const { name, role, steward, allowlist, perMinute } = application;
  return {
    name,
    roleId: role.id,
    stewardId: steward?.id ?? '',
    allowlist: allowlist?.join('\n') ?? '',
    perMinute: perMinute === null ? '' : String(perMinute)
  };
}

/** Texts as they are sent; those of fields that are not among `fields` are left out. */
export function inputOf(texts: ApplicationTexts, fields: readonly ApplicationField[]) {
  const has = (field: ApplicationField) => fields.includes(field);
  return {
    ...(has('name') ? { name: texts.name.trim() } : {}),
    ...(has('roleId') ? { roleId: texts.roleId } : {}),
    ...(has('stewardId') && texts.stewardId !== '' ? { stewardId: texts.stewardId } : {}),
    ...(has('allowlist') ? { allowlist: networksIn(texts.allowlist) } : {}),
    ...(has('perMinute') ? { perMinute: perMinuteIn(texts.perMinute) ?? null } : {})
  };
}

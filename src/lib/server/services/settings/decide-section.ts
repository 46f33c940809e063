import type { Refusal } from '../../../core/access/refusal';
import type { RefusedPart } from '../../../core/roles/roles';
import { seenOf, type SeenVersions } from '../../../core/access/seen';
import { WHOLE_SECTIONS, type Settings, type SettingsSection } from '../../../core/settings/settings';
import { loggedValue } from './logged-value';
import { SECTION_RULES, type FieldRefusals, type RuleFacts } from './section-rules';
import type { StoredSection } from '../stored-settings/stored-section';

export type SectionEdit<S extends SettingsSection> = {
  /** Versions the author had on screen. */
  seen: SeenVersions;
  values: { [K in keyof Settings[S]]?: Settings[S][K] | undefined };
  /** True if the password of the mail server is set or taken away too. */
  password: boolean;
};

export type SectionDecision<S extends SettingsSection> = {
  /** The section as it will be. */
  next: Settings[S];
  /** The fields that change. */
  applied: string[];
  refused: RefusedPart[];
};

/** The path under which the password of the mail server is judged and logged. */
export const PASSWORD = 'password';

/**
 * Decides an edit of one section: the right to change it, the rules between its fields, and what somebody else
 * changed since the author looked (LIV-7), field by field.
 * @param missing the right that the author lacks
 */
export function decideSection<S extends SettingsSection>(
  section: S,
  stored: StoredSection<S>,
  edit: SectionEdit<S>,
  given: { missing: Refusal | null; facts: RuleFacts }
): SectionDecision<S> {
  const now = stored.values;
  const wanted = { ...now, ...definedIn(edit.values) } as Settings[S];
  tidy(section, wanted);
  const differing = (Object.keys(wanted) as (keyof Settings[S] & string)[]).filter(
    (field) => wanted[field] !== now[field]
  );
  const named = edit.password ? [...differing, PASSWORD] : differing;
  const nothing = { next: now, applied: [] };
  if (named.length === 0) return { ...nothing, refused: [] };

  const { missing, facts } = given;
  const rules = SECTION_RULES[section] as
    ((now: Settings[S], wanted: Settings[S], facts: RuleFacts) => FieldRefusals) | undefined;
  const ruled = rules?.(now, wanted, facts) ?? {};
  const isWhole = WHOLE_SECTIONS.has(section);
  const refused: RefusedPart[] = [];
  const applied: string[] = [];
  for (const field of named) {
    const path = `${section}.${field}`;
    const past = stored.changed[field];
    const refusal = missing ?? ruled[field];
    if (refusal) refused.push({ ...refusal, field: path });
    else if (past && past.seq > seenOf(edit.seen, field))
      refused.push({
        code: 'conflict/changed-since',
        field: path,
        // Of a password nobody is told more than that there is one.
        yours: field === PASSWORD ? 'set' : loggedValue(path, wanted[field as keyof Settings[S]]),
        theirs: field === PASSWORD ? 'set' : loggedValue(path, now[field as keyof Settings[S]]),
        by: past.by,
        at: past.at,
        version: past.seq
      });
    else applied.push(field);
  }
  if (isWhole && !missing)
    for (const [field, refusal] of Object.entries(ruled))
      if (refusal && !named.includes(field)) refused.push({ ...refusal, field: `${section}.${field}` });
  if (isWhole && refused.length > 0) return { ...nothing, refused };
  const changes = applied.flatMap((field) =>
    field === PASSWORD ? [] : [[field, wanted[field as keyof Settings[S]]]]
  );
  return { next: { ...now, ...Object.fromEntries(changes) }, applied, refused };
}

/** Empties fields that mean nothing beside the other fields, so that they cannot surprise anybody later. */
function tidy<S extends SettingsSection>(section: S, wanted: Settings[S]): void {
  if (section !== 'twoFactor') return;
  const rule = wanted as Settings['twoFactor'];
  if (!rule.required) rule.from = null;
}

function definedIn(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

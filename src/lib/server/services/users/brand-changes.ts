import type { AuditChange } from '../../../core/log/entry';
import type { RefusedPart } from '../../../core/roles/roles';
import { BRAND_FIELD_NAMES, BRAND_FIELDS, type OwnBrand } from '../../../core/users/own-brand';
import { loggedValue } from '../settings/logged-value';

/** Changes of a user's brand as the log says them: of a picture its kind, size and hash. */
export function brandChanges(old: OwnBrand, set: Partial<OwnBrand> = {}): AuditChange[] {
  return BRAND_FIELD_NAMES.flatMap((path) => {
    const [before, value] = [old[BRAND_FIELDS[path]], set[BRAND_FIELDS[path]]];
    return value === undefined
      ? []
      : [{ path, old: loggedValue(path, before), new: loggedValue(path, value) }];
  });
}

/**
 * Refused parts without the pictures that they are about: an answer is kept as long as its operation can be
 * repeated.
 */
export function withoutPictures(parts: readonly RefusedPart[]): RefusedPart[] {
  return parts.map((part) =>
    part.code === 'conflict/changed-since'
      ? { ...part, yours: loggedValue(part.field, part.yours), theirs: loggedValue(part.field, part.theirs) }
      : part
  );
}

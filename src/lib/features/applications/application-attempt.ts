import type { CatalogueIndex } from '$lib/core/access/catalogue';
import { FormAttempt } from '$lib/client/forms/form-attempt.svelte';
import { APPLICATION_FIELDS, type ApplicationField } from './application-values';
import { applicationRefusalText } from './application-rights';

export type KeyField = 'keyName' | 'expiresAt';

/** Sending something about an application, with its words for a refusal at the field it is about. */
export function applicationAttempt(catalogue: CatalogueIndex): FormAttempt<ApplicationField | KeyField> {
  return new FormAttempt<ApplicationField | KeyField>({
    fields: [...APPLICATION_FIELDS, 'expiresAt'],
    words(refusal) {
      // Said by the form itself: a pause that is counted down, and what is wrong with a field.
      if (refusal.code === 'auth/throttled' || refusal.code === 'busy' || refusal.code === 'input/invalid')
        return null;
      const text = applicationRefusalText(refusal, catalogue);
      if (refusal.code === 'input/taken') return { field: 'name', text };
      return refusal.code === 'access/not-held' ? { field: 'roleId', text } : { text };
    }
  });
}

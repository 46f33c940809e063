import type { Refusal } from '../../../core/access/refusal';
import { nameKey } from '../../../core/text/names';

/**
 * The refusal for a name that is taken or looks like one that is, else null. The unique index of the table decides
 * between two who ask at the same moment.
 * @param find the record that has a name of this key
 * @param exceptId the record that may have it
 */
export async function nameTaken(
  name: string,
  find: (key: string) => Promise<{ id: string; name: string } | null>,
  exceptId?: string
): Promise<Refusal | null> {
  const key = nameKey(name);
  if (key === '')
    return { code: 'input/invalid', field: 'name', message: 'The name has no visible characters.' };
  const taken = await find(key);
  return taken && taken.id !== exceptId
    ? { code: 'input/taken', field: 'name', looksLike: taken.name }
    : null;
}

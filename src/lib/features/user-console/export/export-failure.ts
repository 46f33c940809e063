import { isConnectionFault, refusalOf } from '$lib/client/api/api';
import type { CatalogueIndex } from '$lib/core/access/catalogue';
import { refusalWords } from '$lib/core/wording/refusals';

/** Message on why nothing was exported. @throws the error itself when it is neither a refusal nor of the connection */
export function exportFailure(error: unknown, catalogue: CatalogueIndex): string {
  if (isConnectionFault(error)) return 'Couldn’t export your data. Check your connection, then try again.';
  const refusal = refusalOf(error);
  if (!refusal) throw error;
  const { title, text } = refusalWords(refusal, catalogue);
  return `Couldn’t export your data. ${title}. ${text}`;
}

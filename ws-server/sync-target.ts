import { FED_PERSON, OF_VISIT } from '../src/lib/protocol/acting-as';
import { SYNC_PATH } from '../src/lib/protocol/documents';

export type SyncTarget = {
  name: string;
  epoch: string | null;
  /** Id of the account whose copy it feeds; null: not said. */
  fed: string | null;
  /** The visit that it is of; null: the session. */
  visit: string | null;
};

/** Target that an upgrade asks for; null when its path is not ours. Never throws, whatever a client writes there. */
export function syncTarget(url: string): SyncTarget | null {
  const [path = '', ...rest] = url.split('?');
  if (path !== SYNC_PATH && !path.startsWith(`${SYNC_PATH}/`)) return null;
  const query = new URLSearchParams(rest.join('?'));
  const name = decode(path.slice(SYNC_PATH.length + 1));
  return { name, epoch: query.get('epoch'), fed: query.get(FED_PERSON), visit: query.get(OF_VISIT) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

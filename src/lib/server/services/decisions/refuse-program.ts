import type { AuditActor } from '../../../core/log/entry';
import { auditedTransaction } from '../../db/driver/transaction';
import { record } from '../write-path/audit';
import type { RequestFacts } from '../write-path/caller';
import { deniedEvent } from '../write-path/denied-event';
import type { Deps } from '../write-path/deps';
import type { AdmittedKey } from './admit-key';

/** How the log names whoever calls with a key. */
export function actorOfKey({ kind, id, name, kid }: AdmittedKey): AuditActor {
  return { type: kind, id, name, sid: null, aal: 0, via: 'key', key: kid };
}

/** Records that a program asked at a door without the permission that it takes; equal ones are folded. */
export async function recordDeniedProgram(
  deps: Deps,
  key: AdmittedKey,
  request: RequestFacts,
  door: { name: string; permission: string }
): Promise<void> {
  const refusal = { code: 'access/permission-required' as const, permission: door.permission };
  const event = deniedEvent(door.name, { type: 'procedure', id: door.name }, refusal);
  await auditedTransaction(deps.db, (tx) => record(tx, { actor: actorOfKey(key), request }, event, []));
}

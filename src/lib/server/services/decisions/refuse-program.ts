import { auditedTransaction } from '../../db/driver/transaction';
import { record } from '../write-path/audit';
import { auditActorOfKey } from '../write-path/audit-actor';
import type { RequestFacts } from '../write-path/caller';
import { deniedEvent } from '../write-path/denied-event';
import type { Deps } from '../write-path/deps';
import type { AdmittedKey } from './admit-key';

/** Records that a program asked at an endpoint without the permission that it takes; equal ones are folded. */
export async function recordDeniedProgram(
  deps: Deps,
  key: AdmittedKey,
  request: RequestFacts,
  endpoint: { name: string; permission: string }
): Promise<void> {
  const actor = auditActorOfKey({ holder: { type: key.kind, id: key.id }, kid: key.kid }, key.name);
  const refusal = { code: 'access/permission-required' as const, permission: endpoint.permission };
  const event = deniedEvent(endpoint.name, { type: 'procedure', id: endpoint.name }, refusal);
  await auditedTransaction(deps.db, (tx) => record(tx, { actor, request }, event, []));
}

import { randomUUID } from 'node:crypto';
import type { StateProbe } from './state';

export type MadeEntry = {
  action: string;
  outcome?: 'success' | 'denied' | 'error';
  actor?: { id: string; name: string };
  ip?: string;
  reason?: string;
};

/** Writes so many entries at once, as if somebody had done all that: by the log’s own code, numbered by the program. */
export async function makeEntries(
  state: StateProbe,
  count: number,
  { action, outcome = 'success', actor, ip = '203.0.113.9', reason }: MadeEntry
): Promise<void> {
  const body = {
    v: 1,
    actor: actor
      ? { type: 'administrator', ...actor, sid: null, aal: 1, via: 'web' }
      : { type: 'anonymous', id: null, name: null, sid: null, aal: 0, via: 'web' },
    action,
    target: { type: 'session', id: randomUUID(), name: null },
    outcome,
    ...(reason === undefined ? {} : { reason }),
    change: [],
    req: 'made',
    pii: '0'.repeat(64)
  };
  const personal = {
    ip,
    peer: ip,
    userAgent: 'Mozilla/5.0 (Macintosh) Firefox/146.0',
    email: 'nobody@elsewhere.example'
  };
  await state.audited(
    (tx) => tx`
    select audit.append(id, convert_to((${JSON.stringify(body)}::text::jsonb || jsonb_build_object('id', id, 'at',
        to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')))::text, 'UTF8'),
      decode(repeat('00', 16), 'hex'), convert_to(${JSON.stringify(personal)}::text, 'UTF8'), '{}')
    from (select gen_random_uuid() as id from generate_series(1, ${count}::int)) made`
  );
}

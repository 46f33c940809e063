import { canonicalJson } from '../canonical-json';
import type { LoggedEntry } from '../logged-entry';
import { csvRecord, type Cell } from './csv';

/** The columns, in their order. New ones are added at the end. */
const COLUMNS: [string, (entry: LoggedEntry) => Cell | undefined][] = [
  ['number', ({ seq }) => seq],
  ['time', ({ body }) => body.at],
  ['actor', ({ body, facts }) => body.actor.name ?? facts.email],
  ['action', ({ body }) => body.action],
  ['activity', ({ summary }) => summary],
  ['details', ({ detail }) => detail],
  ['outcome', ({ body }) => body.outcome],
  ['reason', ({ body }) => body.reason],
  ['target', ({ body }) => body.target.name],
  ['target_type', ({ body }) => body.target.type],
  ['target_id', ({ body }) => body.target.id],
  ['changes', ({ body }) => (body.change.length === 0 ? null : canonicalJson([...body.change]))],
  ['ip', ({ facts }) => facts.ip],
  ['peer', ({ facts }) => facts.peer],
  ['user_agent', ({ facts }) => facts.userAgent],
  ['email', ({ facts }) => facts.email],
  ['actor_type', ({ body }) => body.actor.type],
  ['actor_id', ({ body }) => body.actor.id],
  ['assurance', ({ body }) => body.actor.aal],
  ['via', ({ body }) => body.actor.via],
  ['session', ({ body }) => body.actor.sid],
  ['request', ({ body }) => body.req],
  ['operation', ({ body }) => body.op],
  ['claimed_time', ({ body }) => body.claimed_at],
  ['id', ({ body }) => body.id],
  ['on_behalf_of', ({ body }) => body.on_behalf_of?.name],
  ['on_behalf_of_id', ({ body }) => body.on_behalf_of?.id]
];

export const CSV_COLUMNS = COLUMNS.map(([name]) => name);

export function csvHeader(): string {
  return csvRecord(CSV_COLUMNS);
}

export function csvEntry(entry: LoggedEntry): string {
  return csvRecord(COLUMNS.map(([, cell]) => cell(entry) ?? null));
}

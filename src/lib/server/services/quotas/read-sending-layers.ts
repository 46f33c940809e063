import { readLayers, type KnownLayer, type LayerDoor } from '../../db/tables/sending-layers-table';
import { ask } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';
import { toIso } from './gauges';

/** Sending layer: it asks the ledger before it sends. Times are ISO 8601. */
export type SendingLayer = {
  door: LayerDoor;
  /** Owner of the key; null of Postfix, which has none. The name is null when nobody has that id any more. */
  by: { type: 'application' | 'administrator'; id: string; name: string | null } | null;
  /** The mail server's name in `policy_context`; null over HTTP. */
  mta: string | null;
  /** Address from which it asked: an IP address, or `unix` for a socket. */
  address: string;
  firstAt: string;
  askedAt: string;
  /** The state of the Postfix protocol that it last asked in; null over HTTP. */
  state: string | null;
  /** Time of the last ask in each state. */
  states: Record<string, string>;
  /** Time a number of recipients last came; null: never, so none of its mail is counted. */
  unitsAt: string | null;
  asks: number;
  refused: number;
  /** Number of those refused that were of senders that nobody knows. */
  unknown: number;
  /** Requests of Postfix that got no answer, and why the last one did not. */
  unanswered: number;
  problem: { text: string; at: string } | null;
};

/** The most that are told of, those that asked last. */
const MOST = 200;

/** Sending layers, for whoever may see everybody's usage. */
export function readSendingLayers(deps: Deps, caller: Caller): Promise<RefusalOr<SendingLayer[]>> {
  const question = { name: 'caps.layers', permission: 'quotas.ledger.view_usage' } as const;
  return ask<SendingLayer[]>(deps, caller, question, async () => ({
    answer: await knownSendingLayers(deps)
  }));
}

/** The same, for the program itself. */
export async function knownSendingLayers({ db }: Pick<Deps, 'db'>): Promise<SendingLayer[]> {
  return (await readLayers(db, MOST)).map(toLayer);
}

function toLayer({ door, caller, name, problem, problemAt, ...known }: KnownLayer): SendingLayer {
  const states = Object.fromEntries(Object.entries(known.states).map(([state, at]) => [state, toIso(at)]));
  const newest = Object.entries(states).sort(([, a], [, b]) => (a < b ? 1 : -1))[0];
  const [type, id] = caller.split(':') as ['application' | 'administrator', string];
  return {
    ...known,
    ...{ door, by: door === 'http' ? { type, id, name } : null, mta: door === 'http' ? null : caller },
    ...{ firstAt: toIso(known.firstAt), askedAt: toIso(known.askedAt), unitsAt: toIso(known.unitsAt) },
    ...{ state: newest?.[0] ?? null, states },
    problem: problem === null || problemAt === null ? null : { text: problem, at: toIso(problemAt) }
  };
}

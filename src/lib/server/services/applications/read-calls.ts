import { callsAMinute } from '../../../core/applications/calls';
import { readCalls, type KnownCalls } from '../../db/tables/call-counts-table';
import { ask } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';

/** Calls of an application as its page shows them; times are ISO 8601. `perMinute`: within the last sixty seconds. */
export type ApplicationCalls = KnownCalls & { perMinute: number };

/** Reasons for refusals that are told of each application, the latest. */
const MOST_REASONS = 20;

/** Calls of each application, and its refusals within a day. */
export function readApplicationCalls(deps: Deps, caller: Caller): Promise<RefusalOr<ApplicationCalls[]>> {
  return ask<ApplicationCalls[]>(
    deps,
    caller,
    { name: 'applications.calls', permission: 'people.api_keys.list' },
    async () => {
      const { seconds, calls } = await readCalls(deps.db, MOST_REASONS);
      return {
        answer: calls.map((each) => ({
          ...each,
          refused: each.refused.map((line) => ({ ...line, lastAt: new Date(line.lastAt).toISOString() })),
          perMinute: callsAMinute(each.minutes, seconds)
        }))
      };
    }
  );
}

import { callsAMinute } from '../../../core/applications/calls';
import {
  readCalls,
  readRefusedCalls,
  type KnownCalls,
  type RefusedCalls
} from '../../db/tables/call-counts-table';
import { ask } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';

/**
 * Calls of an application; times are ISO 8601. `perMinute`: within the last sixty seconds. `refused`: told of one
 * that was asked for.
 */
export type ApplicationCalls = KnownCalls & { perMinute: number; refused?: RefusedCalls[] };

/** Reasons for refusals that are told of an application, the latest. */
const MOST_REASONS = 20;

/**
 * Calls of each application.
 * @param id of one alone, with its refusals within a day; null: of all
 */
export function readApplicationCalls(
  deps: Deps,
  caller: Caller,
  id: string | null
): Promise<RefusalOr<ApplicationCalls[]>> {
  return ask<ApplicationCalls[]>(
    deps,
    caller,
    { name: 'applications.calls', permission: 'people.api_keys.list' },
    async () => {
      const refused = id === null ? undefined : await readRefusedCalls(deps.db, id, MOST_REASONS);
      const { seconds, calls } = await readCalls(deps.db, id);
      return {
        answer: calls.map((each) => ({
          ...each,
          perMinute: callsAMinute(each.minutes, seconds),
          ...(refused && { refused })
        }))
      };
    }
  );
}

import type { api } from '$lib/client/api/api';
import type { LogEntry } from '$lib/shared/indexes/live-feed.svelte';
import { isSigningIn, outcomeOf } from './feed-view';

type LogQuery = Omit<Parameters<typeof api.log.list.query>[0], 'limit' | 'cursor'>;

/**
 * Definition of the entries that are meant: `fits`, as a rule for one of them; `asked`, as queries to the server,
 * whose answers together are all that fit.
 */
export type LogQuestion = { fits: (entry: LogEntry) => boolean; asked: readonly LogQuery[] };

export const LOG_QUESTIONS = {
  failed: {
    fits: (entry) => outcomeOf(entry) === 'failed',
    asked: [{ view: 'authentication', outcome: 'denied' }, { outcome: 'error' }]
  },
  denied: {
    fits: (entry) => outcomeOf(entry) === 'denied',
    asked: [{ view: 'activity', outcome: 'denied' }]
  },
  failedOrDenied: {
    fits: ({ outcome }) => outcome !== 'success',
    asked: [{ outcome: 'denied' }, { outcome: 'error' }]
  },
  signingIn: { fits: ({ action }) => isSigningIn(action), asked: [{ view: 'authentication' }] }
} as const satisfies Record<string, LogQuestion>;

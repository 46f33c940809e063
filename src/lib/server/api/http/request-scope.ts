import { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestFacts } from '../../services/write-path/caller';
import type { Deps } from '../../services/write-path/deps';

/** Scope of a request, which the outer server hands to SvelteKit's hooks with it. */
export type RequestScope = {
  log: Deps['log'];
  facts: RequestFacts;
  /** True if the sender cut the request before it was whole: what went wrong with it is then no fault of ours. */
  wasCut: () => boolean;
};

// The outer server and the pages are built apart, each with a copy of this module: the registry of symbols is what
// they share.
const KEY = Symbol.for('rolecall.request-scope');
const holder = globalThis as { [KEY]?: AsyncLocalStorage<RequestScope> };

/** The scope of the request under way. */
export const requestScope: AsyncLocalStorage<RequestScope> = (holder[KEY] ??= new AsyncLocalStorage());

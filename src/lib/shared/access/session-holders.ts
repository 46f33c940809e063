import { api, refusalOf } from '$lib/client/api/api';
import { perSession } from '$lib/client/session/per-session';
import { Holders } from './holders.svelte';

/** "Who has this?", asked of the server: once for all places of a session that say why. */
export const holdersOf = perSession(
  () => new Holders({ fetch: (permission) => api.roles.holders.query({ permission }), refusalOf })
);

import type { HandleClientError } from '@sveltejs/kit';

/** Prints what failed in a page. An address that is no page did not fail: it says so on screen. */
export const handleError: HandleClientError = ({ error, status }) => {
  // eslint-disable-next-line no-console -- as SvelteKit does where there is no hook: whoever looks for a fault looks here
  if (status !== 404) console.error(error);
};

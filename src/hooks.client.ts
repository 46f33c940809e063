import type { HandleClientError } from '@sveltejs/kit';

/** Reports what failed in a page. An address that is no page did not fail: it says so on screen. */
export const handleError: HandleClientError = ({ error, status }) => {
  if (status !== 404) reportError(error);
};

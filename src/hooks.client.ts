import type { HandleClientError } from '@sveltejs/kit';
import { wasNotFetched } from '$lib/ui/absence';

/**
 * Reports what failed in a page. An address that is no page did not fail: it says so on screen; and a file that did not
 * come is most often a fault of the line: the page that says so asks once more.
 */
export const handleError: HandleClientError = ({ error, status, message }) => {
  if (wasNotFetched(error)) return { message, isNotHere: true };
  if (status !== 404) reportError(error);
};

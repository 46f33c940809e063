import type { ParamMatcher } from '@sveltejs/kit';

/** The two views of the log: `/logs/authentication`, `/logs/activity`. */
export const match: ParamMatcher = (param) => param === 'authentication' || param === 'activity';

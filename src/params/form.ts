import type { ParamMatcher } from '@sveltejs/kit';

/** The part of an address that opens a form beside its list: `/administrators/new`. */
export const match: ParamMatcher = (param) => param === 'new';

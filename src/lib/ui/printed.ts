import { MediaQuery } from 'svelte/reactivity';

/** Media query that matches while the page is put on paper: then all of its rows are drawn, and times are exact. */
export const printed = new MediaQuery('print');

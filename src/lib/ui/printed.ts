import { MediaQuery } from 'svelte/reactivity';

/** Whether the page is being put on paper: then all of its rows are drawn, and times are exact. */
export const printed = new MediaQuery('print');

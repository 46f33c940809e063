import { LaterPart } from '../later-part.svelte';

/** Whatever floats over a page: menus, lists to choose from, panels, dialogs. No page is made of it when it opens. */
export const floating = new LaterPart(() => import('./windows').then(({ windows }) => windows));

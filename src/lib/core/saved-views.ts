/** Lists whose filters can be saved under a name. */
export const SAVED_VIEW_LISTS = ['authentication', 'activity', 'administrators'] as const;
export type SavedViewList = (typeof SAVED_VIEW_LISTS)[number];

/** Most that somebody keeps for one list. */
export const MOST_VIEWS_OF_LIST = 30;

import type { DocumentChange } from '../../../db/tables/documents-table';

/**
 * Hears of changes of documents before they are committed, in their order; the function it returns is called once
 * with the outcome. When that is unknown (the connection was lost), it counts as not committed: the database must be
 * asked.
 */
export type ChangeListener = (changes: readonly DocumentChange[]) => (isCommitted: boolean) => void;

/** A listener of who shows nothing. */
export const nobodyListens: ChangeListener = () => () => undefined;

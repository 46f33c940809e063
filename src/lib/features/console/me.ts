/** Where a person's own account is. */
export const ACCOUNT_PAGE = '/account';

/** The signed-in person as the shell shows them. */
export type Me = {
  name: string;
  /** "Owner · Super Administrator" */
  caption: string;
  /** 1 to 8, or null while offline. */
  colour: number | null;
};

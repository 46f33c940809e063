import type { AccountKind } from '$lib/core/sign-in/account';

/** Path of a person's own account. */
export const ACCOUNT_PAGE = '/account';

/** Whoever is signed in, as the shell shows them. */
export type Me = {
  kind: AccountKind;
  name: string;
  /** "Owner · Super Administrator"; the address of a user. */
  caption: string;
  /** 1 to 8, or null while offline, and of a user: nobody sees whether it is here. */
  colour: number | null;
  /** The console wears a name or a logo of this user's own (TEN-5). */
  ownBrand: boolean;
};

/** Kind of account: an administrator, one of staff, or a user, a client of whoever runs the installation (TEN-1). */
export type AccountKind = 'administrator' | 'user';

/** One of them. Ids are never shared between the kinds. */
export type AccountRef = { kind: AccountKind; id: string };

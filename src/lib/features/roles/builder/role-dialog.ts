/** A dialog about a whole role. */
export type RoleDialog = 'clone' | 'delete' | 'sign-out' | 'two-factor';

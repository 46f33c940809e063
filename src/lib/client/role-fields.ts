/** The fields of a role that are edited one by one. */
export type RoleFields = { name: string; description: string; require2fa: boolean };
export type RoleField = keyof RoleFields;

import type { OnlyBy } from './applications/only-by';
import type { PermissionId } from './access/catalogue/permission-ids';
import type { RoleKind } from './roles/role-kinds';

/** Facts about a command of input `I`. */
export type CommandFacts<I = never> = {
  /**
   * Record of the command; `new-role`, `new-user-role`: none yet. For a role and a person, `id` in the input says
   * which.
   */
  readonly about:
    | 'role'
    | 'new-role'
    | 'user-role'
    | 'new-user-role'
    | 'person'
    | 'application'
    | 'user'
    | 'package'
    | 'route'
    | 'sending'
    | 'key'
    | 'profile'
    | 'owner'
    | 'settings'
    | 'handover'
    | 'log'
    | 'list';
  /** Permission that its author must hold; null: the decision asks part by part, or it is about the author alone. */
  readonly permission: PermissionId | null;
  /** Permission that they must hold in place of that, where it depends on the input. */
  readonly permissionOf?: (input: I) => PermissionId;
  /**
   * Permission that a user must hold in place of that, where its package says it in another way; absent: the same.
   */
  readonly permissionOfUsers?: PermissionId | null;
  /** True if the password must have been proved lately (AUT-4). Absent: no, or its use case says so itself. */
  readonly sensitive?: boolean | ((input: I) => boolean);
  /** Kind of the roles that it names: one of another is not there for it (TEN-4). Absent: of administrators. */
  readonly roles?: RoleKind;
  /**
   * Restriction on who may ask for it (APP-1, APP-6); absent: whoever holds the permission, applications among
   * them.
   */
  readonly by?: OnlyBy;
  /**
   * Form in which it is kept on the device until it lands; its input and answer hold no secret then (LIV-4).
   * `whole`: as it was asked for.
   * `parts`: as values of its record alone. Absent: it needs a connection. Its input must take `claimedAt`, which is
   * sent with what waited: without it the server would refuse just that.
   */
  readonly waits?: 'claimedAt' extends keyof I ? 'whole' | 'parts' : never;
  /** Refused to one person, it can be handed to another (LIV-8). */
  readonly handedOn?: true;
};

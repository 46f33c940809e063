/** Effect of an action on data: grey, blue, red in the interface. */
export type Kind = 'read' | 'write' | 'destructive';

/** One leaf of the catalogue: the thing that is granted or not. */
export type Action = {
  id: string;
  label: string;
  /**
   * Sentence on what somebody with it can do, and what that exposes or breaks. Absent in a catalogue that says
   * nothing.
   */
  description?: string | undefined;
  kind: Kind;
  /** Exposes or changes something that hurts when it leaks. */
  sensitive?: boolean | undefined;
  /** Effective for the owner alone, whatever a role says. */
  ownerOnly?: boolean | undefined;
  /** Ids of the actions without which this one makes no sense: warned of, never enforced. No cycles. */
  needs?: string[] | undefined;
  /** Words that people type for it, in lower case. */
  synonyms?: string[] | undefined;
  /** Version of the catalogue that brought it; absent: it was there from the first. */
  since?: number | undefined;
  /** A short warning of what can go wrong: "Irreversible", "Exposes personal data". */
  risk?: string | undefined;
};

export type Group = {
  id: string;
  label: string;
  description?: string | undefined;
  /**
   * Actions of it that a role of users may hold (TEN-4): all of them, or these by the last part of their id.
   * Absent: none.
   */
  forUsers?: true | string[] | undefined;
  actions: Action[];
};
export type Area = { id: string; label: string; groups: Group[] };

/** A ready-made role; `permissions: '*'` is the wildcard of the locked Super Administrator. */
export type ReadyMadeRole = {
  id: string;
  label: string;
  description: string;
  locked?: boolean | undefined;
  permissions: '*' | string[];
};

export type Catalogue = { version: number; areas: Area[]; roles: ReadyMadeRole[] };

/** A catalogue with look-ups by id, in catalogue order. */
export type CatalogueIndex = {
  readonly catalogue: Catalogue;
  /** Every action id in catalogue order. */
  readonly ids: readonly string[];
  readonly actions: ReadonlyMap<string, Action>;
  /** Action id → its group. */
  readonly groupOf: ReadonlyMap<string, Group>;
  readonly ownerOnly: ReadonlySet<string>;
  /** Permissions that a role of users may hold: none that administers others. */
  readonly forUsers: ReadonlySet<string>;
};

/** The role that ships locked and holds every permission (ROL-7). */
export const SUPER_ADMINISTRATOR = 'super_administrator';

/**
 * Builds the look-ups of a catalogue.
 * @throws Error when an id appears twice, a ready-made role or what an action needs is unknown or leads back to it,
 *   or something is for users that is unknown, the owner's, or needs what is not for them.
 */
export function indexCatalogue(catalogue: Catalogue): CatalogueIndex {
  const actions = new Map<string, Action>();
  const groupOf = new Map<string, Group>();
  const ownerOnly = new Set<string>();
  const forUsers = new Set<string>();
  for (const area of catalogue.areas) {
    for (const group of area.groups) {
      for (const action of group.actions) {
        if (actions.has(action.id)) throw new Error(`catalogue: ${action.id} appears twice`);
        actions.set(action.id, action);
        groupOf.set(action.id, group);
        if (action.ownerOnly) ownerOnly.add(action.id);
      }
      for (const id of forUsersIn(group)) forUsers.add(id);
    }
  }
  for (const role of catalogue.roles) {
    if (role.permissions === '*') continue;
    const unknown = role.permissions.find((id) => !actions.has(id));
    if (unknown) throw new Error(`catalogue: role ${role.id} names the unknown action ${unknown}`);
  }
  checkNeeds(actions);
  checkForUsers(forUsers, actions);
  return { catalogue, ids: [...actions.keys()], actions, groupOf, ownerOnly, forUsers };
}

/** Checks that each action's needs exist, and never lead back to the action itself. @throws Error when they do */
function checkNeeds(actions: ReadonlyMap<string, Action>): void {
  const done = new Set<string>();
  const check = (action: Action, above: readonly string[]) => {
    if (done.has(action.id)) return;
    for (const id of action.needs ?? []) {
      const needed = actions.get(id);
      if (!needed) throw new Error(`catalogue: ${action.id} needs the unknown action ${id}`);
      if (id === action.id || above.includes(id)) throw new Error(`catalogue: ${id} needs itself`);
      check(needed, [...above, action.id]);
    }
    done.add(action.id);
  };
  for (const action of actions.values()) check(action, []);
}

/** Ids of the actions of a group that are for users. */
function forUsersIn({ id, forUsers = [], actions }: Group): string[] {
  if (forUsers === true) return actions.map((action) => action.id);
  return forUsers.map((leaf) => {
    const action = actions.find((each) => each.id.endsWith(`.${leaf}`));
    if (!action) throw new Error(`catalogue: ${id} has no ${leaf} for users`);
    return action.id;
  });
}

function checkForUsers(forUsers: ReadonlySet<string>, actions: ReadonlyMap<string, Action>): void {
  for (const id of forUsers) {
    const action = actions.get(id);
    if (action?.ownerOnly) throw new Error(`catalogue: ${id} is for the owner and for users`);
    const needed = action?.needs?.find((need) => !forUsers.has(need));
    if (needed) throw new Error(`catalogue: ${id} is for users and needs ${needed}, which is not`);
  }
}

/** One administrator as the list shows them. */
export type PersonView = {
  id: string;
  name: string;
  email: string;
  href: string;
  role: string;
  /** Their colour while online, null while offline. */
  colour: number | null;
  owner?: boolean;
  you?: boolean;
  /** ISO 8601 of the last sign of them; null is never. Ignored while online. */
  lastActive: string | null;
  /** `needed`: their role requires it and they have not set it up. */
  twoFactor: 'on' | 'off' | 'needed';
  /** `active` is grey text; everything else is an exception and gets a tag. */
  status: 'active' | 'suspended' | 'locked' | 'invited' | 'new-password';
  /** ISO 8601. */
  createdAt: string;
  /** Somebody else's change just now: their colour washes over the row, their avatar stands by the status. */
  changedBy?: { name: string; colour: number };
};

/** A column of the administrators list. */
export type PeopleColumn = 'name' | 'role' | 'lastActive' | 'twoFactor' | 'status' | 'createdAt';
export type PeopleSort = { column: PeopleColumn; direction: 'ascending' | 'descending' };

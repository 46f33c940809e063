import type { AccountKind } from '$lib/core/sign-in/account';

/** Keys that do the same, and what that is. */
export type KeyLine = { keys: readonly string[]; what: string };

const EVERYWHERE: readonly KeyLine[] = [
  { keys: ['?'], what: 'Show this help' },
  { keys: ['Esc'], what: 'Close what is open' }
];

const PALETTE: Record<AccountKind, KeyLine> = {
  administrator: { keys: ['Ctrl K'], what: 'Search or jump to a page, person or role' },
  user: { keys: ['Ctrl K'], what: 'Search or jump to a page or permission' }
};

const SEARCH: KeyLine = { keys: ['/'], what: 'Search this page' };

const LOG: readonly KeyLine[] = [
  SEARCH,
  { keys: ['j', '↓'], what: 'Next entry' },
  { keys: ['k', '↑'], what: 'Previous entry' },
  { keys: ['↵'], what: 'Open the entry' },
  { keys: ['n'], what: 'Show new entries' },
  { keys: ['←', '→'], what: 'In the chart: move; hold Shift to select a period' },
  { keys: ['↵'], what: 'In the chart: show the period' }
];

const PEOPLE: readonly KeyLine[] = [
  SEARCH,
  { keys: ['↑', '↓'], what: 'Previous or next administrator' },
  { keys: ['Ctrl A'], what: 'Select all that are shown' },
  { keys: ['Esc'], what: 'Clear the selection' }
];

const USERS: readonly KeyLine[] = [
  SEARCH,
  { keys: ['↑', '↓'], what: 'Previous or next user' },
  { keys: ['Ctrl A'], what: 'Select all that are shown' },
  { keys: ['Esc'], what: 'Clear the selection' }
];

const PACKAGES: readonly KeyLine[] = [SEARCH, { keys: ['↑', '↓'], what: 'Previous or next package' }];

const ROLE: readonly KeyLine[] = [
  SEARCH,
  { keys: ['↑', '↓'], what: 'Previous or next row' },
  { keys: ['←', '→'], what: 'Close or open a group' },
  { keys: ['Space'], what: 'Tick or untick' },
  { keys: ['↵'], what: 'Show the details of a permission' },
  { keys: ['Ctrl Z'], what: 'Undo' },
  { keys: ['Ctrl Shift Z'], what: 'Redo' },
  { keys: ['a–z'], what: 'Jump to the next row that begins so' }
];

/** Keys of pages by the beginning of the address; the first that fits counts. */
const PAGES: readonly (readonly [address: RegExp, keys: readonly KeyLine[]])[] = [
  [/^\/logs\/(authentication|activity)/, LOG],
  [/^\/administrators$/, PEOPLE],
  [/^\/users$/, USERS],
  [/^\/packages(\/|$)/, PACKAGES],
  [/^\/roles\/[^/]+$/, ROLE],
  [/^\/(roles|applications)$/, [SEARCH]]
];

/** The keys that work at an address, those of the page first. */
export function keysAt(path: string, kind: AccountKind): readonly KeyLine[] {
  const page = kind === 'user' ? [] : (PAGES.find(([address]) => address.test(path))?.[1] ?? []);
  return [...page, PALETTE[kind], ...EVERYWHERE];
}

type Terms = readonly (readonly [word: string, meaning: string])[];

const PERMISSION_MARKS: Terms = [
  [
    'Sensitive',
    'Asks for your password again, and your code, when you last gave them more than ten minutes ago.'
  ],
  ['Destructive', 'Removes something permanently, or can.']
];
const CAP: Terms[number] = [
  'Cap',
  'How much someone may send: in an hour, a day, a month, at once. The lowest cap applies.'
];

const TERMS_OF_STAFF: Terms = [
  [
    'Owner',
    'The one account that can never be locked out or removed by others. Ownership can be handed over.'
  ],
  ['Super Administrator', 'The role that includes every permission, also those that are added later.'],
  ['Permission', 'One action on one kind of thing, such as “Contacts › Export”. A role is a set of them.'],
  ...PERMISSION_MARKS,
  CAP,
  ['User', 'A client of this installation. Users never sign in as staff, and see only what is theirs.'],
  [
    'Package',
    'What users get together: a role, caps and counts. Changing it changes what all of its users may do and send.'
  ],
  ['Steward', 'The administrator who answers for an application and its keys.'],
  ['Needs attention', 'Changes of yours that could not be saved, and changes that others sent you.']
];

const TERMS_OF_USERS: Terms = [
  ['Package', 'What your account comes with: what you can do, your caps, and how much you can have.'],
  CAP,
  [
    'Permission',
    'One action on one kind of thing, such as “Contacts › Export”. Your package says which you have.'
  ],
  ...PERMISSION_MARKS
];

/** Terms of the console, explained as the person signed in would ask. */
export const TERMS: Record<AccountKind, Terms> = { administrator: TERMS_OF_STAFF, user: TERMS_OF_USERS };

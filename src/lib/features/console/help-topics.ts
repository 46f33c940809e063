/** Keys that do the same, and what that is. */
export type KeyLine = { keys: readonly string[]; what: string };

const EVERYWHERE: readonly KeyLine[] = [
  { keys: ['Ctrl K'], what: 'Search or jump to a page, person or role' },
  { keys: ['?'], what: 'Show this help' },
  { keys: ['Esc'], what: 'Close what is open' }
];

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

/** By the beginning of the address; the first that fits counts. */
const PAGES: readonly (readonly [address: RegExp, keys: readonly KeyLine[]])[] = [
  [/^\/logs\/(authentication|activity)/, LOG],
  [/^\/administrators$/, PEOPLE],
  [/^\/users$/, USERS],
  [/^\/packages(\/|$)/, PACKAGES],
  [/^\/roles\/[^/]+$/, ROLE],
  [/^\/(roles|applications)$/, [SEARCH]]
];

/** The keys that work at an address, those of the page first. */
export function keysAt(path: string): readonly KeyLine[] {
  const page = PAGES.find(([address]) => address.test(path))?.[1] ?? [];
  return [...page, ...EVERYWHERE];
}

/** What the words of the console mean, as an administrator would ask. */
export const TERMS: readonly (readonly [word: string, meaning: string])[] = [
  [
    'Owner',
    'The one account that can never be locked out or removed by others. Ownership can be handed over.'
  ],
  ['Super Administrator', 'The role that includes every permission, also those that are added later.'],
  ['Permission', 'One action on one kind of thing, such as “Contacts › Export”. A role is a set of them.'],
  [
    'Sensitive',
    'Asks for your password again, and your code, when you last gave them more than ten minutes ago.'
  ],
  ['Destructive', 'Removes something for good, or can.'],
  ['Cap', 'How much someone may send: in an hour, a day, a month, at once. The lowest cap applies.'],
  ['User', 'A client of this installation. Users never sign in as staff, and see only what is theirs.'],
  [
    'Package',
    'What users get together: a role, caps and counts. Changing it changes what all of its users may do and send.'
  ],
  ['Steward', 'The administrator who answers for an application and its keys.'],
  ['Needs attention', 'Changes of yours that could not be saved, and changes that others sent you.']
];

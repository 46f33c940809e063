import type { MenuGroup } from './menu-items';

/** Look that is remembered: columns that somebody hid, and compact rows or not. */
type Stored = { hidden: string[]; compact: boolean };

/** Storage of the look: the browser's own, or what a test gives. */
type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Look of a list on this device: its columns, and how close its rows are. */
export class ListLook {
  #stored = $state.raw<Stored>({ hidden: [], compact: false });
  readonly #key: string;
  readonly #store: () => Store;

  /**
   * @param key of this list and this person
   * @param store throws where storage is blocked: then the page alone remembers
   */
  constructor(key: string, store: () => Store = () => localStorage) {
    this.#key = `rolecall:list:${key}`;
    this.#store = store;
    try {
      this.#stored = read(store().getItem(this.#key)) ?? this.#stored;
    } catch {
      // Storage is blocked: as the list ships.
    }
  }

  get compact(): boolean {
    return this.#stored.compact;
  }

  set compact(compact: boolean) {
    this.#keep({ ...this.#stored, compact });
  }

  shows(column: string): boolean {
    return !this.#stored.hidden.includes(column);
  }

  toggle(column: string): void {
    const { hidden } = this.#stored;
    const without = hidden.filter((each) => each !== column);
    this.#keep({ ...this.#stored, hidden: without.length < hidden.length ? without : [...hidden, column] });
  }

  /** The menu in which both are chosen. @param columns those that may be hidden */
  menu(columns: readonly { value: string; label: string }[]): MenuGroup[] {
    return [
      {
        heading: 'Columns',
        options: columns,
        isOn: (column) => this.shows(column),
        ontoggle: (column) => this.toggle(column)
      },
      {
        heading: 'Density',
        value: this.compact ? 'compact' : 'comfortable',
        options: [
          { value: 'comfortable', label: 'Comfortable' },
          { value: 'compact', label: 'Compact' }
        ],
        onchange: (value) => (this.compact = value === 'compact')
      }
    ];
  }

  #keep(stored: Stored): void {
    this.#stored = stored;
    try {
      if (stored.hidden.length === 0 && !stored.compact) this.#store().removeItem(this.#key);
      else this.#store().setItem(this.#key, JSON.stringify(stored));
    } catch {
      // Storage is blocked: remembered as long as the page stands.
    }
  }
}

/** Null for what was not written here. */
function read(text: string | null): Stored | null {
  if (text === null) return null;
  try {
    const { hidden, compact } = JSON.parse(text) as Partial<Stored>;
    if (!Array.isArray(hidden) || hidden.some((each) => typeof each !== 'string')) return null;
    return { hidden, compact: compact === true };
  } catch {
    return null;
  }
}

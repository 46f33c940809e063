import type { MenuGroup } from './menu-items';

/** Look that is remembered: columns that are not as the list ships, and compact rows or not. */
type Stored = { hidden: string[]; compact: boolean; shown: string[] };

/** Storage of the look: the browser's own, or what a test gives. */
type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Look of a list on this device: its columns, and how close its rows are. */
export class ListLook {
  #stored = $state.raw<Stored>({ hidden: [], shown: [], compact: false });
  readonly #key: string;
  readonly #store: () => Store;
  readonly #optional: ReadonlySet<string>;

  /**
   * @param key of this list and this person
   * @param optional columns that the list ships without
   * @param store throws where storage is blocked: then the page alone remembers
   */
  constructor(key: string, optional: readonly string[] = [], store: () => Store = () => localStorage) {
    this.#key = `rolecall:list:${key}`;
    this.#optional = new Set(optional);
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
    const { hidden, shown } = this.#stored;
    return this.#optional.has(column) ? shown.includes(column) : !hidden.includes(column);
  }

  toggle(column: string): void {
    const { hidden, shown } = this.#stored;
    if (this.#optional.has(column)) this.#keep({ ...this.#stored, shown: toggled(shown, column) });
    else this.#keep({ ...this.#stored, hidden: toggled(hidden, column) });
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
      const asShipped = stored.hidden.length + stored.shown.length === 0 && !stored.compact;
      if (asShipped) this.#store().removeItem(this.#key);
      else this.#store().setItem(this.#key, JSON.stringify(stored));
    } catch {
      // Storage is blocked: remembered as long as the page stands.
    }
  }
}

function toggled(columns: readonly string[], column: string): string[] {
  return columns.includes(column) ? columns.filter((each) => each !== column) : [...columns, column];
}

/** Null for what was not written here. */
function read(text: string | null): Stored | null {
  if (text === null) return null;
  try {
    const { hidden, shown = [], compact } = JSON.parse(text) as Partial<Stored>;
    if (!isList(hidden) || !isList(shown)) return null;
    return { hidden, shown, compact: compact === true };
  } catch {
    return null;
  }
}

function isList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

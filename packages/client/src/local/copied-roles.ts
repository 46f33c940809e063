/** A permission: its place in the bits of roles, and whether it sends mail, which a pause stops. */
export type CopiedPermission = { place: number; isOwnerOnly: boolean; sends: boolean };

type ById = ReadonlyMap<string, CopiedPermission>;
/** Entries there is room for yet, over all roles of a copy. */
type Room = { entries: number };

/** Roles of a copy, by their ids. */
export class CopiedRoles {
  readonly #catalogue: ById;
  readonly #roles = new Map<string, CopiedRole>();
  readonly #room: Room;

  /** @param entries how many permissions of roles, taken together, may be kept by id; of others the bits are read */
  constructor(catalogue: ById, entries: number) {
    this.#catalogue = catalogue;
    this.#room = { entries };
  }

  get(id: string): CopiedRole | undefined {
    return this.#roles.get(id);
  }

  /** @param bits in base64 */
  set(id: string, bits: string): void {
    this.delete(id);
    this.#roles.set(id, new CopiedRole(this.#catalogue, Buffer.from(bits, 'base64'), this.#room));
  }

  delete(id: string): void {
    this.#roles.get(id)?.release();
    this.#roles.delete(id);
  }
}

/** Permissions of one role. */
export class CopiedRole {
  readonly #catalogue: ById;
  readonly #bits: Uint8Array;
  readonly #room: Room;
  /** Permissions by id; null: there is no room for that; undefined: nobody has asked yet. */
  #held: ById | null | undefined;

  constructor(catalogue: ById, bits: Uint8Array, room: Room) {
    this.#catalogue = catalogue;
    this.#bits = bits;
    this.#room = room;
  }

  /**
   * A permission by its id; undefined: the role doesn't have it. Of a large catalogue a role mostly has few, and what
   * is looked for among few stays in the processor's cache.
   */
  permission(id: string): CopiedPermission | undefined {
    if (this.#held === undefined) this.#held = this.#collect();
    if (this.#held) return this.#held.get(id);
    const known = this.#catalogue.get(id);
    return known && this.#has(known) ? known : undefined;
  }

  /** Gives back the room that it took. */
  release(): void {
    this.#room.entries += this.#held?.size ?? 0;
    this.#held = null;
  }

  #collect(): ById | null {
    const held = new Map<string, CopiedPermission>();
    for (const [id, known] of this.#catalogue) {
      if (!this.#has(known)) continue;
      if (held.size === this.#room.entries) return null;
      held.set(id, known);
    }
    this.#room.entries -= held.size;
    return held;
  }

  #has({ place }: CopiedPermission): boolean {
    return ((this.#bits[place >> 3] ?? 0) & (1 << (place & 7))) !== 0;
  }
}

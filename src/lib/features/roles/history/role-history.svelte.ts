import type { RoleContents, RoleVersion } from '$lib/core/roles/role-history';
import type { RoleKind } from '$lib/core/roles/role-kinds';
import { rolesApi } from '$lib/shared/roles/roles-api';
import { Loadable, type LoadState } from '$lib/client/api/loadable.svelte';

/** A role at one version of it. */
export type RoleSnapshot = RoleContents & { seq: number; deleted: boolean; since: string };

export type RoleSnapshotState = LoadState<RoleSnapshot>;

/** A version of a role; without a number, the present. */
export type RoleSnapshotRef = { role: string; seq: number | null };

const PAGE = 50;
const LOADING: RoleSnapshotState = { state: 'loading' };

type Known = { versions: readonly RoleVersion[]; cursor: string | null };

const NOTHING: Known = { versions: [], cursor: null };

/** The versions of a role, newest first, and what the role was at any of them. */
export class RoleHistory {
  loadingMore = $state(false);
  readonly #roleId: string;
  readonly #kind: RoleKind;
  readonly #list = new Loadable<Known>();
  #snapshots = $state.raw<ReadonlyMap<string, Loadable<RoleSnapshot>>>(new Map());

  constructor(roleId: string, kind: RoleKind) {
    this.#roleId = roleId;
    this.#kind = kind;
  }

  get status(): LoadState<unknown> {
    return this.#list.status;
  }

  get versions(): readonly RoleVersion[] {
    return this.#known.versions;
  }

  get hasMore(): boolean {
    return this.#known.cursor !== null;
  }

  /** The version in force, as far as it is known. */
  get newest(): number | null {
    return this.versions[0]?.seq ?? null;
  }

  /** Asks for the newest versions; older ones that were fetched stay when the two lists meet. */
  async refresh(): Promise<void> {
    await this.#list.ask(async () => {
      const { items, next } = await rolesApi(this.#kind).history.query({ id: this.#roleId, limit: PAGE });
      const oldest = items.at(-1)?.seq ?? 0;
      const older = this.versions.filter(({ seq }) => seq < oldest);
      const meet = older[0]?.seq === oldest - 1;
      return meet
        ? { versions: [...items, ...older], cursor: this.#known.cursor }
        : { versions: items, cursor: next };
    });
  }

  /**
   * Appends the next older page. When that fails, the button stays, to be pressed again; the connection pill says
   * why.
   */
  async more(): Promise<void> {
    const { cursor } = this.#known;
    if (cursor === null || this.loadingMore) return;
    this.loadingMore = true;
    await this.#list.extend(async () => {
      const { items, next } = await rolesApi(this.#kind).history.query({
        id: this.#roleId,
        limit: PAGE,
        cursor
      });
      return { versions: [...this.versions, ...items], cursor: next };
    });
    this.loadingMore = false;
  }

  snapshotOf(ref: RoleSnapshotRef): RoleSnapshotState {
    return this.#snapshots.get(keyOf(ref))?.status ?? LOADING;
  }

  /** Asks what a role was at a version. A version never changes; the present is asked for anew each time. */
  async load(ref: RoleSnapshotRef): Promise<void> {
    const { role, seq } = ref;
    const snapshot = this.#snapshot(keyOf(ref));
    if (seq !== null && snapshot.value) return;
    await snapshot.ask(async () => {
      const { permissions, ...rest } = await rolesApi(this.#kind).at.query({
        id: role,
        ...(seq === null ? {} : { seq })
      });
      return { ...rest, permissions: new Set(permissions) };
    });
  }

  get #known(): Known {
    return this.#list.value ?? NOTHING;
  }

  #snapshot(key: string): Loadable<RoleSnapshot> {
    const snapshot = this.#snapshots.get(key) ?? new Loadable<RoleSnapshot>();
    if (!this.#snapshots.has(key)) this.#snapshots = new Map(this.#snapshots).set(key, snapshot);
    return snapshot;
  }
}

function keyOf({ role, seq }: RoleSnapshotRef): string {
  return `${role}@${seq ?? 'now'}`;
}

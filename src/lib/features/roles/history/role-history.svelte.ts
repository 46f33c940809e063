import type { RoleMoment, RoleVersion } from '$lib/core/roles/role-history';
import type { RoleKind } from '$lib/core/roles/role-kinds';
import { rolesApi } from '$lib/shared/roles/roles-api';
import { Loadable, type LoadState } from '$lib/client/api/loadable.svelte';

/** A role at one version of it. */
export type Moment = RoleMoment & { seq: number; deleted: boolean; since: string };

export type MomentState = LoadState<Moment>;

/** A version of a role; without a number, the present. */
export type MomentRef = { role: string; seq: number | null };

const PAGE = 50;
const LOADING: MomentState = { state: 'loading' };

type Known = { versions: readonly RoleVersion[]; cursor: string | null };

const NOTHING: Known = { versions: [], cursor: null };

/** The versions of a role, newest first, and what the role was at any of them. */
export class RoleHistory {
  loadingMore = $state(false);
  readonly #roleId: string;
  readonly #kind: RoleKind;
  readonly #list = new Loadable<Known>();
  #moments = $state.raw<ReadonlyMap<string, Loadable<Moment>>>(new Map());

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

  momentOf(ref: MomentRef): MomentState {
    return this.#moments.get(keyOf(ref))?.status ?? LOADING;
  }

  /** Asks what a role was at a version. A version never changes; the present is asked for anew each time. */
  async load(ref: MomentRef): Promise<void> {
    const { role, seq } = ref;
    const moment = this.#moment(keyOf(ref));
    if (seq !== null && moment.value) return;
    await moment.ask(async () => {
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

  #moment(key: string): Loadable<Moment> {
    const moment = this.#moments.get(key) ?? new Loadable<Moment>();
    if (!this.#moments.has(key)) this.#moments = new Map(this.#moments).set(key, moment);
    return moment;
  }
}

function keyOf({ role, seq }: MomentRef): string {
  return `${role}@${seq ?? 'now'}`;
}

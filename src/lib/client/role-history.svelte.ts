import type { Refusal } from '$lib/core/refusal';
import type { RoleMoment, RoleVersion } from '$lib/core/role-history';
import { api, isConnectionFault, refusalOf } from './api';

/** A role at one version of it. */
export type Moment = RoleMoment & { seq: number; deleted: boolean; since: string };

type Unanswered =
  { state: 'loading' } | { state: 'refused'; refusal: Refusal } | { state: 'offline' } | { state: 'failed' };

export type HistoryState = { state: 'loaded' } | Unanswered;
export type MomentState = { state: 'loaded'; moment: Moment } | Unanswered;

/** A version of a role; without a number, the present. */
export type MomentRef = { role: string; seq: number | null };

const PAGE = 50;
const LOADING: MomentState = { state: 'loading' };

/** The versions of a role, newest first, and what the role was at any of them. */
export class RoleHistory {
  versions = $state.raw<readonly RoleVersion[]>([]);
  status = $state.raw<HistoryState>({ state: 'loading' });
  loadingMore = $state(false);
  readonly #roleId: string;
  #cursor = $state.raw<string | null>(null);
  #moments = $state.raw<ReadonlyMap<string, MomentState>>(new Map());
  /** Answers to an older question are thrown away. */
  #asked = 0;

  constructor(roleId: string) {
    this.#roleId = roleId;
  }

  get hasMore(): boolean {
    return this.#cursor !== null;
  }

  /** The version in force, as far as it is known. */
  get newest(): number | null {
    return this.versions[0]?.seq ?? null;
  }

  /** Asks for the newest versions; older ones that were fetched stay when the two lists meet. */
  async refresh(): Promise<void> {
    const asked = ++this.#asked;
    try {
      const { items, next } = await api.roles.history.query({ id: this.#roleId, limit: PAGE });
      if (asked !== this.#asked) return;
      const oldest = items.at(-1)?.seq ?? 0;
      const older = this.versions.filter(({ seq }) => seq < oldest);
      const meet = older[0]?.seq === oldest - 1;
      this.versions = meet ? [...items, ...older] : items;
      if (!meet) this.#cursor = next;
      this.status = { state: 'loaded' };
    } catch (error) {
      if (asked !== this.#asked) return;
      const failure = unanswered(error);
      // What is known stays on screen, unless it may not be seen any more.
      if (failure.state === 'refused') this.versions = [];
      if (failure.state === 'refused' || this.status.state !== 'loaded') this.status = failure;
    }
  }

  /** Appends the next older page. */
  async more(): Promise<void> {
    const cursor = this.#cursor;
    if (cursor === null || this.loadingMore) return;
    const asked = this.#asked;
    this.loadingMore = true;
    try {
      const { items, next } = await api.roles.history.query({ id: this.#roleId, limit: PAGE, cursor });
      if (asked !== this.#asked) return;
      this.versions = [...this.versions, ...items];
      this.#cursor = next;
    } catch {
      // The button stays, to be pressed again; the connection pill says why.
    } finally {
      this.loadingMore = false;
    }
  }

  momentOf(ref: MomentRef): MomentState {
    return this.#moments.get(keyOf(ref)) ?? LOADING;
  }

  /** Asks what a role was at a version. A version never changes; the present is asked for anew each time. */
  async load(ref: MomentRef): Promise<void> {
    const key = keyOf(ref);
    if (ref.seq !== null && this.momentOf(ref).state === 'loaded') return;
    try {
      const { role, seq } = ref;
      const { permissions, ...rest } = await api.roles.at.query({
        id: role,
        ...(seq === null ? {} : { seq })
      });
      this.#put(key, { state: 'loaded', moment: { ...rest, permissions: new Set(permissions) } });
    } catch (error) {
      const failure = unanswered(error);
      if (failure.state === 'refused' || this.momentOf(ref).state !== 'loaded') this.#put(key, failure);
    }
  }

  #put(key: string, state: MomentState): void {
    this.#moments = new Map(this.#moments).set(key, state);
  }
}

function keyOf({ role, seq }: MomentRef): string {
  return `${role}@${seq ?? 'now'}`;
}

function unanswered(error: unknown): Exclude<Unanswered, { state: 'loading' }> {
  const refusal = refusalOf(error);
  if (refusal && refusal.code !== 'busy') return { state: 'refused', refusal };
  return isConnectionFault(error) && !navigator.onLine ? { state: 'offline' } : { state: 'failed' };
}

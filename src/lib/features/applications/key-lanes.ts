import { latestEndOfOverlap } from '$lib/core/applications/keys';
import { works } from '$lib/shared/keys/key-life';
import type { KeyView } from './application-view';

/** Two keys that work beside each other, on one time axis: places in percent of its length. */
export type KeyLanes = {
  old: KeyView;
  /** Key that was made to take its place. */
  first: KeyView;
  /**
   * Last key that works of those that took its place one after another. `retiresAt`: its own end, where its successor
   * is gone.
   */
  next: KeyView;
  /** Start of the new key. */
  made: number;
  now: number;
  /** End of the old key. */
  end: number;
  /** End of the old key with a day more, ISO 8601; null: it goes on as long as it may already. */
  dayMore: string | null;
};

const DAY_MS = 86_400_000;
/** Less than this is not worth asking for. */
const MINUTE_MS = 60_000;

/** Share of the axis that lies before the new key was made, and after the old one ends. */
const BEFORE = 0.12;
const AFTER = 0.24;

/**
 * The lanes of each key that works beside its successor, the first that ends first.
 * @param keys all of them: a successor may have been replaced itself, and be over
 */
export function keyLanes(keys: readonly KeyView[], now: Date): KeyLanes[] {
  const byId = new Map(keys.map((key) => [key.id, key]));
  const successor = ({ replacedBy }: KeyView) => (replacedBy === null ? undefined : byId.get(replacedBy));
  return keys
    .flatMap((old) => {
      const first = successor(old);
      if (old.now !== 'replaced' || old.retiresAt === null || !first) return [];
      let next: KeyView | undefined;
      for (let then: KeyView | undefined = first; then; then = successor(then))
        if (works(then.now)) next = then;
      if (!next) return [];
      const [made, end] = [Date.parse(next.createdAt), Date.parse(old.retiresAt)];
      const place = (at: number) => {
        const share = Math.min(1, Math.max(0, (at - made) / Math.max(1, end - made)));
        return Math.round((BEFORE + share * (1 - BEFORE - AFTER)) * 1000) / 10;
      };
      const dayMore = withADayMore(old, Date.parse(first.createdAt), end);
      return [{ old, first, next, made: place(made), now: place(now.getTime()), end: place(end), dayMore }];
    })
    .sort((a, b) => Date.parse(a.old.retiresAt!) - Date.parse(b.old.retiresAt!));
}

function withADayMore({ createdAt, expiresAt }: KeyView, replacedAt: number, end: number): string | null {
  const life = { createdAt: Date.parse(createdAt), expiresAt: Date.parse(expiresAt) };
  const until = Math.min(end + DAY_MS, latestEndOfOverlap(life, replacedAt));
  return until - end < MINUTE_MS ? null : new Date(until).toISOString();
}

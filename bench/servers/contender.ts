import type { Endpoint } from '../reader';
import shipped from '../../src/lib/core/access/catalogue/permissions.json';
import type { Child } from './child';

/** A server under measurement, with one role in it that one person edits and many watch. */
export type Contender = {
  readonly name: string;
  /** Endpoint of the reader with this number. */
  endpoint(reader: number): Endpoint;
  /**
   * Ticks or unticks one permission; resolves to the role's version with that change, once the author may call it
   * saved.
   */
  click(): Promise<number>;
  readonly child: Child;
  stop(): Promise<void>;
};

const IDS = shipped.areas.flatMap(({ groups }) =>
  groups.flatMap(({ actions }) => actions.map(({ id }) => id))
);

/** The permissions that the role has from the beginning. */
export const SEEDED = IDS.slice(300, 360);
const OF_WRITERS: readonly string[] = shipped.roles.find(({ id }) => id === 'admin')!.permissions as string[];
/** Permissions that a writer ticks and unticks, one after another: what the role of writers holds, and may give. */
const TICKED = IDS.slice(0, 300).filter((id) => OF_WRITERS.includes(id));

/** Change made by click number `n` (from 0): first ticks each permission, then unticks each, and so on. */
export function nthClick(n: number): { permission: string; on: boolean } {
  return { permission: TICKED[n % TICKED.length]!, on: Math.floor(n / TICKED.length) % 2 === 0 };
}

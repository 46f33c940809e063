import type { DecisionCosts } from './decisions/decisions';
import type { CapCosts } from './caps/caps';
import type { CatchUp } from './catch-up';
import type { ExportCost } from './log-export';
import type { Footprint } from './footprint';
import type { Measured } from './latency';
import type { ListsCost } from './lists';
import type { LogCost } from './log';
import type { LogSearchCost } from './log-search';
import type { MembersCost } from './members';
import type { OfflineCost, ReturnCost } from './offline';
import type { PageCost } from './page';
import type { PresenceCost } from './presence';
import type { Stampede } from './stampede';
import type { SignInCost } from './sign-ins';
import type { TenantCosts } from './tenants/tenants';
import type { TickCosts } from './tick/tick';
import type { measureSearch } from './search';

/** Amounts that a run measures with. */
export type Plan = {
  readers: number[];
  rounds: number;
  clicks: number;
  /** Turns of ticks made one at a time. */
  turns: number;
  missed: number;
  connections: number;
  members: number[];
  /** Administrators beside two who are on Home. */
  people: number;
  /** Administrators and roles of the lists that are typed into and scrolled. */
  listed: { people: number; roles: number };
  /** Readers that come back at once. */
  returning: number;
  /** Entries of the log that is exported. */
  exported: number;
  /** Entries of the log, and how often each question about them is asked. */
  entries: number;
  questions: number;
};

export const FULL: Plan = {
  readers: [2, 50, 200],
  rounds: 3,
  clicks: 100,
  turns: 6,
  missed: 1000,
  connections: 380,
  members: [10, 10_000],
  people: 3000,
  listed: { people: 10_000, roles: 1000 },
  returning: 200,
  exported: 300_000,
  entries: 1_000_000,
  questions: 40
};
export const QUICK: Plan = {
  ...FULL,
  rounds: 1,
  clicks: 40,
  turns: 3,
  missed: 200,
  exported: 50_000,
  entries: 50_000
};

export type Results = {
  plan: Plan;
  footprints: Map<string, Footprint>;
  /** Readers → contender → measurements. */
  clicks: Map<number, Map<string, Measured>>;
  tick: TickCosts;
  catchUps: Map<string, CatchUp>;
  members: MembersCost[];
  presence: PresenceCost;
  lists: ListsCost;
  signIns: SignInCost;
  offline: OfflineCost;
  returns: ReturnCost[];
  stampede: Stampede[];
  exports: ExportCost[];
  logSearch: LogSearchCost;
  log: LogCost;
  decisions: DecisionCosts;
  caps: CapCosts;
  tenants: TenantCosts;
  searches: { shipped: ReturnType<typeof measureSearch>; cloud: ReturnType<typeof measureSearch> };
  pages: { shipped: PageCost; cloud: PageCost };
};

import { and, eq, gt, inArray, lt, or, sql } from 'drizzle-orm';
import type { Queryable } from '../driver/client';
import { throttle } from '../schema/sessions';

export type AttemptRule = {
  /** Attempts in one window that are not slowed down. */
  free: number;
  windowSeconds: number;
  /** Wait after the first attempt beyond the free ones; it doubles with each further one. */
  firstDelaySeconds: number;
  longestDelaySeconds: number;
};

/**
 * Counts an attempt unless the subject is blocked, in one statement: of many parallel attempts only as many pass as the
 * rule allows. Returns the seconds to wait when it is blocked, null when the attempt may go on.
 */
export async function takeAttempt(tx: Queryable, subject: string, rule: AttemptRule): Promise<number | null> {
  // The clock, not now(): an attempt that waited for another one's row must not find itself before that one's moment.
  const clock = sql`clock_timestamp()`;
  const over = sql`throttle.since < ${clock} - make_interval(secs => ${rule.windowSeconds})`;
  const next = sql`(case when ${over} then 1 else throttle.failures + 1 end)`;
  const delay = (n: ReturnType<typeof sql>) =>
    sql`make_interval(secs => case when ${n} < ${rule.free} then 0
      else least(${rule.longestDelaySeconds}, ${rule.firstDelaySeconds} * power(2, least(${n} - ${rule.free}, 30))) end)`;
  const taken = await tx.execute(sql`
    insert into throttle (subject, failures, since, blocked_until)
    values (${subject}, 1, ${clock}, ${clock} + ${delay(sql`1`)})
    on conflict (subject) do update set
      failures = ${next},
      since = case when ${over} then ${clock} else throttle.since end,
      blocked_until = ${clock} + ${delay(next)}
    where throttle.blocked_until <= ${clock}
    returning 1`);
  if (taken.length > 0) return null;
  const [row] = await tx.execute<{ wait: number }>(
    sql`select greatest(1, ceil(extract(epoch from blocked_until - clock_timestamp())))::int as wait from throttle where subject = ${subject}`
  );
  return row?.wait ?? 1;
}

/** Blocks a subject for so long from now, whatever it was before. */
export async function block(tx: Queryable, subject: string, seconds: number): Promise<void> {
  const clock = sql`clock_timestamp()`;
  await tx.execute(sql`
    insert into throttle (subject, failures, since, blocked_until)
    values (${subject}, 1, ${clock}, ${clock} + make_interval(secs => ${seconds}))
    on conflict (subject) do update set since = excluded.since, blocked_until = excluded.blocked_until`);
}

/** Forgets the attempts of these subjects: the right answer was given. */
export async function clearThrottle(tx: Queryable, subjects: readonly string[]): Promise<void> {
  await tx.delete(throttle).where(inArray(throttle.subject, [...subjects]));
}

/** Forgets the attempts of all subjects that begin so. */
export async function clearThrottleFrom(tx: Queryable, beginnings: readonly string[]): Promise<void> {
  const begins = beginnings.map((beginning) => sql`starts_with(${throttle.subject}, ${beginning})`);
  await tx.delete(throttle).where(or(...begins));
}

/** Number of attempts counted for a subject. */
export async function countAttempts(tx: Queryable, subject: string): Promise<number> {
  const [row] = await tx
    .select({ failures: throttle.failures })
    .from(throttle)
    .where(eq(throttle.subject, subject));
  return row?.failures ?? 0;
}

/** True if one of these subjects is blocked at this moment. */
export async function anyBlocked(tx: Queryable, subjects: readonly string[]): Promise<boolean> {
  const rows = await tx
    .select({ subject: throttle.subject })
    .from(throttle)
    .where(and(inArray(throttle.subject, [...subjects]), gt(throttle.blockedUntil, sql`now()`)));
  return rows.length > 0;
}

/** Counters of tries in a row, which close an account at last, are kept longer. */
const IN_A_ROW = /^(code-)?row:/;

/** Drops counters that have been quiet for `days`, those of tries in a row for `rowDays`, and none that blocks. */
export async function forgetThrottle(tx: Queryable, days: number, rowDays: number): Promise<void> {
  const kept = sql`make_interval(days => case when ${throttle.subject} ~ ${IN_A_ROW.source} then ${rowDays} else ${days} end::int)`;
  await tx
    .delete(throttle)
    .where(and(lt(throttle.since, sql`now() - ${kept}`), lt(throttle.blockedUntil, sql`now()`)));
}

/** Head of the counters of refused tries; each network's own begins with it and a colon. */
const REFUSED = 'refused';
const REFUSED_SECONDS = 60;

/** Tries refused since their block began. */
export type RefusedTries = {
  count: number;
  addresses: number;
  /** The address, or the network's first one, that most came from; null when none is known. */
  most: string | null;
  until: Date;
};

/** Counts a refused try, and says what becomes of its block: none is open, it goes on, or its minute is over. */
export async function countRefused(tx: Queryable, network: string): Promise<'none' | 'open' | 'over'> {
  await tx.execute(sql`
    insert into throttle (subject, failures, since, blocked_until)
    values (${`${REFUSED}:${network}`}, 1, clock_timestamp(), clock_timestamp())
    on conflict (subject) do update set failures = throttle.failures + 1`);
  // After it was counted: a block that ends meanwhile has this try, or this try finds none and begins the next.
  const [head] = await tx.execute<{ over: boolean }>(
    sql`select blocked_until <= clock_timestamp() as over from throttle where subject = ${REFUSED}`
  );
  if (!head) return 'none';
  return head.over ? 'over' : 'open';
}

/** Begins a block of refused tries; false when another has, of however many processes at once. */
export async function beginRefused(tx: Queryable): Promise<boolean> {
  const begun = await tx.execute(sql`
    insert into throttle (subject, failures, since, blocked_until)
    values (${REFUSED}, 1, clock_timestamp(), clock_timestamp() + make_interval(secs => ${REFUSED_SECONDS}))
    on conflict (subject) do nothing returning 1`);
  return begun.length > 0;
}

/** Ends a block of refused tries whose minute is over; null when there is none, or another process has ended it. */
export async function endRefused(tx: Queryable): Promise<RefusedTries | null> {
  const [head] = await tx.execute<{ until: string }>(sql`
    delete from throttle where subject = ${REFUSED} and blocked_until <= clock_timestamp()
    returning blocked_until as until`);
  if (!head) return null;
  const counted = await tx.execute<{ network: string; failures: number }>(sql`
    delete from throttle where subject like ${`${REFUSED}:%`}
    returning substr(subject, ${REFUSED.length + 2}) as network, failures`);
  const [most] = [...counted].sort((a, b) => b.failures - a.failures);
  return {
    count: counted.reduce((sum, { failures }) => sum + failures, 0),
    addresses: counted.length,
    most: most?.network.replace(/\/64$/, '') || null,
    until: new Date(head.until)
  };
}

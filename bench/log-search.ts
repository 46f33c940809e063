import postgres from 'postgres';
import { fillLog } from './log-fill';
import type { BenchPostgres } from './postgres';
import { install, startOurs, type Installation } from './servers/ours';
import { quantile } from './statistics';

/** One kind of question to the log, with the answers' times in milliseconds. */
export type LogQuestion = { what: string; p50: number; p95: number; most: number };

export type LogSearchCost = {
  entries: number;
  /** Seconds that the program takes to make its index of all of them. */
  indexing: number;
  /** Bytes of the index, and of what is indexed. */
  indexBytes: number;
  logBytes: number;
  questions: LogQuestion[];
};

type Page = { entries: { id: number }[]; next: string | null };

/** Measures what the views of the log cost with so many entries (LOG-4): over HTTP, as pages ask. */
export async function measureLogSearch(
  database: BenchPostgres,
  entries: number,
  rounds: number,
  stops: (() => Promise<unknown>)[]
): Promise<LogSearchCost> {
  const installation = await install(await database.createDatabase('rolecall_log'));
  await fillLog(installation.databaseUrl, entries);
  const server = await startOurs(installation);
  stops.push(() => server.stop());
  const sql = postgres(installation.databaseUrl, { max: 1 });
  const started = performance.now();
  while (!(await isIndexed(sql))) await new Promise((resolve) => setTimeout(resolve, 200));
  const indexing = (performance.now() - started) / 1000;
  const questions = await askAll(installation, sql, rounds);
  const [size] = await sql<{ index: number; log: number }[]>`
    select (pg_total_relation_size('audit.fact') + pg_total_relation_size('audit.block'))::float8 as index,
      (pg_total_relation_size('audit.entry') + pg_total_relation_size('audit.pii') + pg_total_relation_size('audit.seq')
        + pg_total_relation_size('audit.node'))::float8 as log`;
  await sql.end();
  await server.stop();
  return { entries, indexing, indexBytes: size!.index, logBytes: size!.log, questions };
}

async function isIndexed(sql: postgres.Sql): Promise<boolean> {
  const [row] = await sql<{ ready: boolean }[]>`
    select (select max(seq) from audit.seq) = (select max(seq) from audit.fact)
      and (select (max(seq) + 1) / 64 from audit.fact) <= (select count(*) from audit.block) as ready`;
  return row!.ready;
}

/**
 * Values that many, some, few and no entries have, drawn anew for every round: no answer is asked for twice.
 * In one piece: a list of questions, each with what it is called.
 */
export async function askAll(
  installation: Installation,
  sql: postgres.Sql,
  rounds: number
): Promise<LogQuestion[]> {
  const { owner } = installation;
  const drawn = await sql<
    {
      actor: string;
      rare: string;
      target: string;
      ip: string;
      seq: number;
      name: string;
      day: string;
      req: string;
    }[]
  >`
    with people as (select actor, count(*) as n, row_number() over (order by count(*)) as at from audit.fact where actor is not null group by 1)
    select (select actor from people order by random() + f.seq * 0 limit 1) as actor,
      (select actor from people where at <= 20 order by random() + f.seq * 0 limit 1) as rare,
      f.target, coalesce(f.ip, '') as ip, f.seq::float8 as seq, split_part(coalesce(e.doc->'actor'->>'name', 'priya nair'), ' ', 1) as name,
      to_char(f.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as day, e.doc->>'req' as req
    from audit.fact f join audit.entry e using (n)
    where f.seq in (select 400 + floor(random() * (select max(seq) - 400 from audit.fact))::bigint from generate_series(1, ${rounds * 2}::int))
      and f.ip is not null and f.target is not null limit ${rounds}`;
  type Drawn = (typeof drawn)[number];
  const week = (day: string) => new Date(Date.parse(day) + 7 * 86_400_000).toISOString();
  const kinds: [what: string, of: (drawn: Drawn) => object][] = [
    ['first page', () => ({ view: 'authentication' })],
    ['person', ({ actor }) => ({ actor })],
    ['person who did little', ({ rare }) => ({ actor: rare })],
    ['activity that is rare', () => ({ view: 'activity', action: 'settings.mail_tested' })],
    ['target', ({ target }) => ({ target })],
    ['outcome', () => ({ view: 'activity', outcome: 'error' })],
    ['IP address', ({ ip }) => ({ ip })],
    [
      'a week long ago',
      ({ day }) => ({ view: 'activity', from: new Date(day).toISOString(), to: week(day) })
    ],
    ['a name', ({ name }) => ({ view: 'activity', search: name })],
    ['two words', ({ name }) => ({ search: `${name} unticked` })],
    ['a word that is nowhere', ({ seq }) => ({ search: `nowhere${seq}` })],
    ['two letters that are nowhere', () => ({ search: 'ǁ쀀' })],
    ['an id', ({ req }) => ({ search: req })],
    ['part of an address', ({ ip }) => ({ search: ip.split('.').slice(0, 3).join('.') })],
    ['person and outcome', ({ actor }) => ({ actor, outcome: 'denied' })],
    ['person, activity, word', ({ actor }) => ({ actor, action: 'role.edited', search: 'role 3' })],
    ['two that are common and never meet', ({ actor }) => ({ actor, action: 'auth.sign_in_failed' })],
    [
      'all together',
      ({ actor, ip, day }) => ({
        view: 'activity',
        actor,
        ip,
        action: 'role.edited',
        outcome: 'success',
        from: new Date(day).toISOString(),
        search: 'role'
      })
    ]
  ];
  const questions: LogQuestion[] = [];
  for (const [what, of] of kinds)
    questions.push(await timed(what, drawn, (each) => owner.call('log.list', { limit: 60, ...of(each) })));
  questions.push(
    await timed('a page deep down', drawn, ({ seq }) =>
      owner.call<Page>('log.list', { view: 'authentication', limit: 60, cursor: String(seq) })
    ),
    await timed('a page deep down, person', drawn, ({ seq, actor }) =>
      owner.call<Page>('log.list', { actor, limit: 60, cursor: String(seq) })
    ),
    await timed('one entry', drawn, ({ seq }) => owner.call('log.entry', { id: seq })),
    await timed('chart, everything', drawn, () => owner.call('log.chart', { view: 'authentication' })),
    await timed('chart, person', drawn, ({ actor }) => owner.call('log.chart', { actor })),
    await timed('chart, outcome', drawn, () =>
      owner.call('log.chart', { view: 'activity', outcome: 'denied' })
    ),
    await timed('chart, a name', drawn, ({ name }) => owner.call('log.chart', { search: name }))
  );
  return questions;
}

async function timed<T>(
  what: string,
  each: readonly T[],
  ask: (of: T) => Promise<unknown>
): Promise<LogQuestion> {
  const took: number[] = [];
  for (const of of each) {
    const at = performance.now();
    await ask(of);
    took.push(performance.now() - at);
  }
  return { what, p50: quantile(took, 0.5), p95: quantile(took, 0.95), most: Math.max(...took) };
}

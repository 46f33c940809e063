import type postgres from 'postgres';
import { chooseSeed, type Random } from '../faults/random';
import { until } from './replica';

/** Seed of all that is mutated in a run. */
export const SEED = chooseSeed(process.env.FUZZ_SEED);

/** Bytes as nobody wrote them: bits turned, ends cut off, lengths and varints that lie, or noise. */
export function mutate(random: Random, valid: readonly Uint8Array[]): Uint8Array {
  const data = [...random.pick(valid)];
  const at = random.whole(0, Math.max(0, data.length - 1));
  switch (random.whole(0, 6)) {
    case 0:
      for (let n = random.whole(1, 4); n > 0; n--)
        data[random.whole(0, data.length - 1)]! ^= 1 << random.whole(0, 7);
      break;
    case 1:
      data.length = at;
      break;
    case 2:
      data.splice(at, 1, ...Array<number>(random.whole(1, 40)).fill(random.pick([0x80, 0xff])));
      break;
    case 3:
      data.splice(at, 0, ...random.pick(valid));
      break;
    case 4:
      data[at] = random.pick([0, 0x7f, 0x80, 0xff]);
      break;
    case 5:
      return Uint8Array.from({ length: random.whole(0, 200) }, () => random.whole(0, 255));
    default:
      data.push(...Array.from({ length: random.whole(1, 2000) }, () => random.whole(0, 255)));
  }
  return Uint8Array.from(data);
}

/** Facts that must be as before, whatever was sent. */
export async function fuzzedFacts(sql: postgres.Sql) {
  // What was done before is in the documents by then.
  const pending = () => sql`select 1 from audit.pending limit 1`;
  await until(async () => (await pending()).length === 0, 'the log has its numbers');
  return {
    documents: [
      // Not `people`: it says when somebody was last active, and that goes on.
      ...(await sql`select name, clock, md5(snapshot) as md5 from documents where name like 'role%' order by name`)
    ],
    roles: [...(await sql`select id, seq, name from roles order by id`)],
    cells: (await sql`select count(*)::int as n from role_permissions`)[0]!.n as number,
    people: [...(await sql`select id, name, role_id, status from administrators order by id`)],
    changes: (
      await sql`select count(*)::int as n from audit.entry
      where doc->>'action' not in ('access.denied', 'access.denied_again', 'auth.sign_in_failed', 'auth.tries_refused', 'setup.denied')`
    )[0]!.n as number
  };
}

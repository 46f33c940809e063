import postgres from 'postgres';
import { Crowd, measureClicks } from './latency';
import type { Ours } from './servers/ours';
import { spread, type Spread } from './statistics';

/** Adds members to the role without the hours that their passwords would take: rows only, past the fence. */
async function addMembers({ installation }: Ours, from: number, to: number): Promise<void> {
  const sql = postgres(installation.databaseUrl, { max: 1 });
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`insert into administrators (id, name, email, email_key, password_hash, role_id, caps)
      select gen_random_uuid(), 'Member ' || n, 'member' || n || '@northwind.example',
        'member' || n || '@northwind.example', 'none', ${installation.roleId}, '{}'::jsonb
      from generate_series(${from}::int, ${to - 1}::int) n`;
  });
  await sql`analyze administrators`;
  await sql.end();
}

export type MembersCost = { members: number; saved: Spread; seen: Spread; cpuMs: number };

/** Measures what a tick costs in a role with few and with many members (ROL-13). */
export async function measureMembers(ours: Ours, sizes: number[], clicks: number): Promise<MembersCost[]> {
  const crowd = new Crowd(ours);
  await crowd.growTo(2);
  const costs: MembersCost[] = [];
  let present = 0;
  for (const members of sizes) {
    await addMembers(ours, present, members);
    present = members;
    const { saved, seen, cpuMs } = await measureClicks(ours, crowd, clicks);
    costs.push({ members, saved: spread(saved), seen: spread(seen), cpuMs: cpuMs / clicks });
  }
  await crowd.leave();
  return costs;
}

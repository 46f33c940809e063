import { randomUUID } from 'node:crypto';
import type { StateProbe } from './state';

/** Properties of a person who is put straight into the database, where they matter. */
export type PlantedPerson = {
  roleId: string;
  name?: string;
  status?: 'active' | 'suspended';
  deactivated?: boolean;
  require2fa?: boolean;
  twoFactor?: boolean;
  caps?: Record<string, 'inherit' | 'unlimited' | number>;
  /** True if they have an open session. */
  session?: boolean;
};

const INHERIT = { hourly: 'inherit', daily: 'inherit', monthly: 'inherit', threads: 'inherit' };

/**
 * Puts people into the database past the program: targets that nobody ever signs in as. Returns their ids, in order.
 */
export async function plantPeople(state: StateProbe, people: readonly PlantedPerson[]): Promise<string[]> {
  const rows = people.map((person) => {
    const id = randomUUID();
    const { roleId, name = 'Planted', status = 'active', require2fa = false, twoFactor = false } = person;
    return {
      id,
      name,
      email: `${id}@northwind.example`,
      email_key: `${id}@northwind.example`,
      password_hash: '',
      role_id: roleId,
      status,
      require_2fa: require2fa,
      two_factor: twoFactor,
      caps: state.sql.json({ ...INHERIT, ...person.caps }),
      deleted_at: person.deactivated ? new Date() : null
    };
  });
  const end = new Date(Date.now() + 3_600_000);
  const sessions = rows
    .filter((_, at) => people[at]!.session)
    .map(({ id }) => ({
      sid: sidOf(id),
      administrator_id: id,
      secret_hash: Buffer.alloc(32),
      aal: 1,
      ends_at: end,
      expires_at: end
    }));
  await state.audited(async (tx) => {
    await tx`insert into administrators ${tx(rows)}`;
    if (sessions.length > 0) await tx`insert into sessions ${tx(sessions)}`;
  });
  return rows.map(({ id }) => id);
}

/** A public session id of the right shape that belongs to one person. */
function sidOf(id: string): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz234567';
  return [...id.replaceAll('-', '').slice(0, 26)].map((digit) => letters[parseInt(digit, 16)]).join('');
}

/** State at one moment of all that decides who may do what. */
export type Moment = {
  /**
   * Digest of people, roles, sessions, factors, settings and the offer of the ownership: the same when nothing
   * changed.
   */
  digest: string;
  /** The last entry of the log. */
  last: number;
};

export async function momentOf({ sql, changes }: StateProbe): Promise<Moment> {
  await changes.ready();
  const [moment] = await sql<Moment[]>`select changes_of(${[...changes.tables]}) as digest,
    (select coalesce(max(n), 0)::int from audit.entry) as last`;
  return moment!;
}

/** An entry of the log, as far as a test looks into it. */
export type NotedEntry = {
  action: string;
  outcome: string;
  reason?: string;
  actor: { id: string | null };
  target: { id: string };
  change?: { path: string; new: unknown }[];
};

/** The entries since a moment, oldest first. */
export async function entriesSince({ sql }: StateProbe, moment: Moment): Promise<NotedEntry[]> {
  const rows = await sql<
    { doc: NotedEntry }[]
  >`select doc from audit.entry where n > ${moment.last} order by n`;
  return rows.map(({ doc }) => doc);
}

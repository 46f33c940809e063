import { sql } from 'drizzle-orm';
import type { Queryable } from './client';

/** The role under which users are answered (drizzle/0034): the second fence rests on how little it may. */
export const TENANT_ROLE = 'rolecall_tenant';

/** Facts about a role, and about the login that has to become it, as a server says. */
export type RoleFacts = {
  /** Name as SQL writes it. */
  login: string;
  /** True if the role exists; without it, all of what follows is false or null. */
  exists: boolean;
  /** True if the login may become it. */
  becomes: boolean;
  /** Attributes that the role has and must not have, as SQL takes them away: `NOLOGIN`; empty when none. */
  excess: string;
  /** True if becoming a role is granted apart from being a member of it: Postgres 16 and newer. */
  grantsSet: boolean;
  /** The roles that it is a member of, as SQL writes them; null: of none. */
  memberOf: string | null;
  /** True if something of this database belongs to it: an owner passes row security over. */
  owns: boolean;
  /** True if this database has a structure that asks for it. */
  hasStructure: boolean;
  /** True if the rules of row security for it are in this database. */
  hasRules: boolean;
};

export async function readRole(db: Queryable, role: string): Promise<RoleFacts> {
  const [facts] = await db.execute(sql`
    select quote_ident(current_user) as "login", r.oid is not null as "exists",
      coalesce(pg_has_role(current_user, r.oid,
        case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end), false) as "becomes",
      concat_ws(' ', case when r.rolsuper then 'NOSUPERUSER' end, case when r.rolbypassrls then 'NOBYPASSRLS' end,
        case when r.rolcreaterole then 'NOCREATEROLE' end, case when r.rolcanlogin then 'NOLOGIN' end) as "excess",
      current_setting('server_version_num')::int >= 160000 as "grantsSet",
      (select string_agg(quote_ident(g.rolname), ', ' order by g.rolname)
        from pg_auth_members m join pg_roles g on g.oid = m.roleid where m.member = r.oid) as "memberOf",
      exists (select from pg_class where relowner = r.oid) as "owns",
      to_regprocedure('public.asking_user()') is not null as "hasStructure",
      exists (select from pg_policy where r.oid = any (polroles)) as "hasRules"
    from (values (${role}::text)) asked (name) left join pg_roles r on r.rolname = asked.name`);
  return facts as RoleFacts;
}

/** Reason users cannot be answered under this role, with what to run; null when they can. */
export function roleProblem(facts: RoleFacts, role = TENANT_ROLE): string | null {
  const { login, exists, becomes, excess, grantsSet, memberOf, owns } = facts;
  const grant = `GRANT ${role} TO ${login}${grantsSet ? ' WITH SET TRUE' : ''}`;
  const run = (what: string, text: string) =>
    `${what}: let an administrator of this Postgres run "${text}", then start again.`;
  if (!exists)
    return run(
      `The role ${role}, which keeps users apart, is missing`,
      `CREATE ROLE ${role} NOLOGIN; ${grant}`
    );
  if (excess !== '')
    return run(`The role ${role} may do more than see what is a user’s own`, `ALTER ROLE ${role} ${excess}`);
  if (memberOf !== null)
    return run(`The role ${role} has the rights of ${memberOf}`, `REVOKE ${memberOf} FROM ${role}`);
  if (owns)
    return run(`The role ${role} owns parts of this database`, `REASSIGN OWNED BY ${role} TO ${login}`);
  if (!becomes) return run(`This login of Postgres may not become the role ${role}`, grant);
  if (facts.hasRules || !facts.hasStructure) return null;
  return `The role ${role} has lost its rights in this database. Restore the database from a backup while the role is there, then start again.`;
}

import { validate as isUuid } from 'uuid';
import type { PersonSummary } from '../../../docs/cells';
import type { CapSettings } from '../../../core/caps';
import {
  findAdministrator,
  listAdministrators as listRows,
  readLastActive,
  type PeopleFilter
} from '../../db/administrators-table';
import { readRoles } from '../../db/roles-table';
import { ask } from '../authority';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import type { RefusalOr } from '../refusal-or';
import { personSummary } from './person-summary';

const VIEW = 'people.administrators.view';

export type PersonListItem = PersonSummary & { id: string };
export type PersonDetail = PersonListItem & {
  seq: number;
  caps: CapSettings;
  role: { id: string; name: string };
};

/** A page of administrators by name. */
export function listAdministrators(
  deps: Deps,
  caller: Caller,
  input: PeopleFilter & { cursor?: string | undefined; limit: number }
): Promise<RefusalOr<{ items: PersonListItem[]; next: string | null }>> {
  return ask<{ items: PersonListItem[]; next: string | null }>(
    deps,
    caller,
    { name: 'administrators.list', permission: VIEW },
    async () => {
      const after = input.cursor === undefined ? undefined : parseCursor(input.cursor);
      if (after === null)
        return {
          refused: { code: 'input/invalid', field: 'cursor', message: 'This is not a cursor of this list.' }
        };
      const rows = await listRows(deps.db, input, { after, limit: input.limit + 1 });
      const page = rows.slice(0, input.limit);
      const [roles, active] = await Promise.all([
        readRoles(deps.db),
        readLastActive(
          deps.db,
          page.map((row) => row.id)
        )
      ]);
      const roleById = new Map(roles.map((role) => [role.id, role]));
      const last = page.at(-1);
      return {
        answer: {
          items: page.map((row) => ({
            id: row.id,
            ...personSummary(row, roleById.get(row.roleId), active.get(row.id))
          })),
          next: rows.length > page.length && last ? makeCursor(last) : null
        }
      };
    }
  );
}

/** One administrator. */
export function getAdministrator(deps: Deps, caller: Caller, id: string): Promise<RefusalOr<PersonDetail>> {
  return ask<PersonDetail>(deps, caller, { name: 'administrators.get', permission: VIEW }, async () => {
    const row = await findAdministrator(deps.db, id);
    if (!row) return { refused: { code: 'not-found', what: 'administrator' } };
    const [[role], active] = await Promise.all([
      readRoles(deps.db, [row.roleId]),
      readLastActive(deps.db, [id])
    ]);
    return {
      answer: {
        id,
        ...personSummary(row, role, active.get(id)),
        seq: row.seq,
        caps: row.caps,
        role: { id: row.roleId, name: role?.name ?? row.roleId }
      }
    };
  });
}

function makeCursor({ name, id }: { name: string; id: string }): string {
  return Buffer.from(JSON.stringify([name, id])).toString('base64url');
}

function parseCursor(cursor: string): { name: string; id: string } | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (!Array.isArray(parsed) || typeof parsed[0] !== 'string' || typeof parsed[1] !== 'string') return null;
    const [name, id] = parsed;
    return isUuid(id) && !name.includes('\0') ? { name, id } : null;
  } catch {
    return null;
  }
}

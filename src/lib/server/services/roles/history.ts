import type { RoleVersion } from '../../../core/roles/role-history';
import { ROLE_PROCEDURES, ROLE_RIGHTS, type RoleKind } from '../../../core/roles/role-kinds';
import { findRoleEver } from '../../db/tables/role-history-table';
import { readOneSnapshot } from '../../db/driver/transaction';
import { ask } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';
import { inCatalogueOrder } from './catalogue-order';
import { roleAfter, versionsDown, type Place } from './history-versions';

export type RoleHistoryPage = { items: RoleVersion[]; next: string | null };

/** A page of the versions of a role, newest first. A deleted role keeps its history. */
export function roleHistory(
  deps: Deps,
  caller: Caller,
  kind: RoleKind,
  query: { id: string; cursor?: string | undefined; limit: number }
): Promise<RefusalOr<RoleHistoryPage>> {
  const question = { name: `${ROLE_PROCEDURES[kind]}.history`, permission: ROLE_RIGHTS[kind].viewHistory };
  return ask<RoleHistoryPage>(deps, caller, question, async () => {
    const place = query.cursor === undefined ? null : placeOf(query.cursor);
    if (query.cursor !== undefined && !place)
      return {
        refused: { code: 'input/invalid', field: 'cursor', message: 'This is not a cursor of this list.' }
      };
    return deps.db.transaction(async (tx) => {
      await readOneSnapshot(tx);
      const row = await findRoleEver(tx, query.id, kind);
      if (!row) return { refused: { code: 'not-found', what: 'role' } };
      const items: RoleVersion[] = [];
      let next: Place | null = null;
      for await (const { version, n } of versionsDown(tx, row.id, place ?? { seq: row.seq, before: null })) {
        if (items.length === query.limit) return { answer: { items, next: next && cursorOf(next) } };
        items.push(version);
        next = { seq: version.seq - 1, before: n };
      }
      return { answer: { items, next: null } };
    });
  });
}

export type RoleAtAnswer = {
  seq: number;
  name: string;
  description: string;
  require2fa: boolean;
  permissions: string[];
  /** This version is the role's deletion: nobody held anything by it any more. */
  deleted: boolean;
  /** Time this version was made. */
  since: string;
};

/** The role as it was: at a version, at a moment, or (asked for neither) as it is. */
export function roleAt(
  deps: Deps,
  caller: Caller,
  kind: RoleKind,
  query: { id: string; seq?: number | undefined; at?: string | undefined }
): Promise<RefusalOr<RoleAtAnswer>> {
  const question = { name: `${ROLE_PROCEDURES[kind]}.at`, permission: ROLE_RIGHTS[kind].viewHistory };
  return ask<RoleAtAnswer>(deps, caller, question, () =>
    deps.db.transaction(async (tx) => {
      await readOneSnapshot(tx);
      const row = await findRoleEver(tx, query.id, kind);
      if (!row) return { refused: { code: 'not-found', what: 'role' } };
      const { seq = row.seq, at } = query;
      const moment = at === undefined ? null : Date.parse(at);
      const found = await roleAfter(deps.catalogue, tx, row, (version) =>
        moment === null ? version.seq === seq : Date.parse(version.at) <= moment
      );
      if (!found) return { refused: { code: 'not-found', what: 'version' } };
      const { role, version } = found;
      const deleted = version.action === 'role.deleted';
      const permissions = deleted ? [] : inCatalogueOrder(deps.catalogue, role.permissions);
      return { answer: { ...role, permissions, seq: version.seq, deleted, since: version.at } };
    })
  );
}

const CURSOR = /^(\d{1,15})\.(\d{1,15})$/;

function placeOf(cursor: string): Place | null {
  const [, seq, before] = CURSOR.exec(cursor) ?? [];
  return seq === undefined || before === undefined ? null : { seq: Number(seq), before: Number(before) };
}

function cursorOf({ seq, before }: Place): string {
  return `${seq}.${before}`;
}

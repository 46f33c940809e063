import {
  handoverSubject,
  mayReadSubject,
  type HandedProcedure,
  type PartyState
} from '../../../core/forwarding/handovers';
import { listAdministrators } from '../../db/tables/administrators-table';
import { readRoles } from '../../db/tables/roles-table';
import { ask, type Question } from '../write-path/ask';
import { actingPerson } from '../write-path/acting-person';
import { permissionsOf } from '../write-path/authority';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';
import { partyStateOf } from './party-state';
import { judgeOf, type RequestedChange } from './would-suffice';

export type Recipient = {
  id: string;
  name: string;
  email: string;
  role: { id: string; name: string };
  /** True if they may see the subject of the change; those who may not are not asked. */
  mayRead: boolean;
  /** True if their rights at this moment would do; null where that cannot be said simply. */
  suffices: boolean | null;
};

/** So many are judged and shown at once; who is not among them is found by name. */
const MOST_SHOWN = 50;

/** People who could be asked to apply a change: everybody else who is here, those first whose rights would do. */
export function findRecipients(
  deps: Deps,
  caller: Caller,
  input: {
    procedure: HandedProcedure;
    id?: string | undefined;
    asked?: RequestedChange | undefined;
    search?: string | undefined;
  }
): Promise<RefusalOr<{ people: Recipient[]; more: boolean }>> {
  const question: Question = { name: 'handovers.recipients', permission: 'people.administrators.view' };
  return ask<{ people: Recipient[]; more: boolean }>(deps, caller, question, async (actor) => {
    const { db } = deps;
    const { asked, search } = input;
    const found = await listAdministrators(db, { search, status: 'active' }, { limit: MOST_SHOWN + 2 });
    const others = found.filter(
      (row) => row.id !== actor.id && partyStateOf(row) === ('active' satisfies PartyState)
    );
    const rows = others.slice(0, MOST_SHOWN);
    const roles = new Map(
      (await readRoles(db, [...new Set(rows.map((row) => row.roleId))])).map((role) => [role.id, role])
    );
    const judge = asked ? await judgeOf(deps, db, asked, 'all') : () => null;
    const subject = handoverSubject(input.procedure, input);
    const people: Recipient[] = [];
    for (const row of rows) {
      const role = roles.get(row.roleId);
      if (!role) continue;
      const person = actingPerson(row, await permissionsOf(deps, db, row.owner, role));
      const mayRead = mayReadSubject(person, subject);
      const verdict = judge(person);
      people.push({
        id: row.id,
        name: row.name,
        email: row.email,
        role: { id: role.id, name: role.name },
        mayRead,
        suffices: mayRead ? verdict && 'parts' in verdict && verdict.parts.length === 0 : false
      });
    }
    // In the order of names otherwise.
    people.sort((a, b) => rank(a) - rank(b));
    return { answer: { people, more: found.length > MOST_SHOWN + 1 } };
  });
}

function rank({ mayRead, suffices }: Recipient): number {
  if (!mayRead) return 3;
  return suffices === true ? 0 : suffices === null ? 1 : 2;
}

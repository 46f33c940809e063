import { randomUUID } from 'node:crypto';
import type { AuditChange } from '../../../core/log/entry';
import {
  decideHandOver,
  handoverSubject,
  mayReadSubject,
  UNNAMED,
  type HandedProcedure,
  type HandoverSubject
} from '../../../core/forwarding/handovers';
import type { Refusal } from '../../../core/access/refusal';
import { findKnownAdministrator } from '../../db/tables/administrators-table';
import { countBetween, insertHandover } from '../../db/tables/handovers-table';
import { readRoles } from '../../db/tables/roles-table';
import { permissionsOf } from '../write-path/authority';
import { personTarget } from '../write-path/person-action';
import { defineCommand } from '../write-path/define-command';
import type { Decision } from '../write-path/mutation';
import { refusedBefore } from './refused-before';
import { partyStateOf } from './party-state';

/** An entry names at most so many permissions of what was asked. */
const MOST_NAMED = 100;

/**
 * Hands a refused change to somebody (LIV-8). It takes the right to see who there is, and nothing of what was
 * asked: nothing comes of it unless the recipient asks for it in their own name. What the console says of it is the
 * server's own word: what it is about, why and when it was refused. Its sender adds a note, which is shown as
 * theirs.
 */
export const sendHandover = defineCommand('handovers.send', {
  people: ({ to }) => [to],
  target: ({ to }) => ({ type: 'administrator', id: to }),
  // In one piece: one decision, and what it writes.
  async decide(context, input) {
    const { deps, tx, actor, people, roles } = context;
    const { to, asked, note = '' } = input;
    const row = people.get(to);
    if (!row || row.deletedAt !== null) return { refused: { code: 'not-found', what: 'administrator' } };
    const subject = handoverSubject(asked.procedure, asked.input);
    const role = roles.get(row.roleId);
    const permissions = role ? await permissionsOf(deps, tx, row.owner, role) : new Set<string>();
    const waiting = await countBetween(tx, actor.id, to);
    const refused =
      decideHandOver(
        actor,
        {
          id: row.id,
          name: row.name,
          standing: partyStateOf(row),
          mayRead: mayReadSubject({ roleId: row.roleId, permissions }, subject)
        },
        waiting
      ) ?? unknownPermissions(context, asked.input);
    if (refused) return { refused };
    const label = await labelOf(context, subject, asked.input);
    if (typeof label !== 'string') return { refused: label };
    const before = await refusedBefore(context, asked, input.refused);
    if (!before) return { refused: { code: 'conflict/not-refused' } };

    const id = randomUUID();
    await insertHandover(tx, {
      id,
      fromId: actor.id,
      fromName: actor.name,
      toId: row.id,
      toName: row.name,
      procedure: asked.procedure,
      input: asked.input,
      label,
      reason: before.reason,
      note,
      askedAt: before.stored?.at ?? null,
      refusedOp: before.stored?.op ?? null
    });
    return {
      answer: { id },
      events: [
        {
          action: 'handover.sent',
          target: personTarget(row),
          outcome: 'success',
          change: [
            ...handoverChange({ id, label, procedure: asked.procedure, input: asked.input }),
            { path: 'refused', old: null, new: before.reason.code },
            ...namedParts(asked.input)
          ]
        }
      ],
      affects: [],
      notices: [
        {
          to: row,
          kind: 'handover-received',
          data: { by: actor.name, label },
          // One mail an hour says as much as ten.
          onScreenAlone: waiting.lastHour > 0
        }
      ],
      news: [actor.id]
    };
  }
});

/** Changes that every entry about a hand-over says: which one it is, and its subject. */
export function handoverChange(handover: {
  id: string;
  label: string;
  procedure: HandedProcedure;
  input: Record<string, unknown>;
}): AuditChange[] {
  const { type, id } = handoverSubject(handover.procedure, handover.input);
  return [
    { path: 'handover', old: null, new: handover.id },
    { path: 'label', old: null, new: handover.label },
    { path: 'procedure', old: null, new: handover.procedure },
    { path: 'subject', old: null, new: id === null ? type : `${type}:${id}` }
  ];
}

/** Permissions by their ids, everything else by its name alone: an address has no place in an entry's body (LOG-7). */
function namedParts(input: Record<string, unknown>): AuditChange[] {
  const lists = ['grant', 'revoke', 'permissions'].flatMap((path) => {
    const ids = input[path];
    return Array.isArray(ids) ? [{ path, old: null, new: ids.slice(0, MOST_NAMED).map(String) }] : [];
  });
  const listed = new Set([...lists.map(({ path }) => path), 'id', 'seen', 'seenParts']);
  const fields = Object.keys(input).filter((key) => !listed.has(key));
  return fields.length === 0 ? lists : [...lists, { path: 'fields', old: null, new: fields }];
}

function unknownPermissions({ deps }: Decision, input: Record<string, unknown>): Refusal | null {
  for (const field of ['grant', 'revoke', 'permissions']) {
    const ids = (input[field] ?? []) as string[];
    const unknown = ids.filter((id) => !deps.catalogue.actions.has(id));
    if (unknown.length > 0)
      return {
        code: 'input/unknown-permission',
        field: `asked.input.${field}`,
        permissions: unknown.slice(0, 20)
      };
  }
  return null;
}

/**
 * Name of the subject. What is gone is not handed on: a refusal says so. Whoever may not read the subject is told
 * nothing of whether it is there.
 */
async function labelOf(
  { tx, actor }: Decision,
  subject: HandoverSubject,
  input: Record<string, unknown>
): Promise<string | Refusal> {
  if (subject.id === null) return String(input['name']);
  if (!mayReadSubject(actor, subject)) return UNNAMED[subject.type];
  if (subject.type !== 'person') {
    const kind = subject.type === 'role' ? 'administrator' : 'user';
    const [role] = await readRoles(tx, [subject.id], kind);
    return role?.name ?? { code: 'not-found', what: 'role' };
  }
  // Somebody deactivated can be brought back or deleted, by whoever may.
  const person = await findKnownAdministrator(tx, subject.id);
  return person?.name ?? { code: 'not-found', what: 'administrator' };
}

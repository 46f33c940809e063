import { randomUUID } from 'node:crypto';
import { decideApplicationRole } from '../../../core/applications/applications';
import { nameKey } from '../../../core/text/names';
import { insertApplication } from '../../db/tables/applications-table';
import { defineCommand } from '../write-path/define-command';
import type { Outcome } from '../write-path/mutation';
import { applicationTarget, permissionsOfRole } from './application-action';
import { applicationNameTaken, notASteward, readAllowlist } from './application-fields';

export type ApplicationCreateAnswer = { id: string; seq: number };

/** Creates an application with a role that its maker may give (ACC-1). It has no key yet. */
export const createApplication = defineCommand('applications.create', {
  locks: ({ roleId }) => [{ id: roleId, mode: 'share' }],
  stewards: ({ stewardId }) => (stewardId === undefined ? [] : [stewardId]),
  target: () => ({ type: 'application', id: 'new' }),
  async decide(context, input): Promise<Outcome<ApplicationCreateAnswer>> {
    const { tx, actor, roles, kind } = context;
    const role = roles.get(input.roleId);
    if (!role) return { refused: { code: 'not-found', what: 'role' } };
    const stewardId = input.stewardId ?? (kind === 'administrator' ? actor.id : undefined);
    if (stewardId === undefined)
      return {
        refused: {
          code: 'input/invalid',
          field: 'stewardId',
          message: 'Say which administrator answers for it.'
        }
      };
    const allowlist = readAllowlist(input.allowlist ?? []);
    if ('refused' in allowlist) return allowlist;
    const refused =
      decideApplicationRole(actor, { id: role.id, effective: await permissionsOfRole(context, role.id) }) ??
      (await applicationNameTaken(tx, input.name)) ??
      notASteward(context, stewardId);
    if (refused) return { refused };

    const id = randomUUID();
    const { name, perMinute = null } = input;
    await insertApplication(tx, {
      id,
      name,
      nameKey: nameKey(name),
      roleId: role.id,
      stewardId,
      allowlist: allowlist.networks,
      perMinute
    });
    return {
      answer: { id, seq: 1 },
      events: [
        {
          action: 'application.created',
          target: applicationTarget({ id, name }),
          outcome: 'success',
          change: [
            { path: 'roleId', old: null, new: role.id },
            { path: 'stewardId', old: null, new: stewardId },
            ...(perMinute === null ? [] : [{ path: 'perMinute', old: null, new: perMinute }])
          ]
        }
      ],
      affects: [`application:${id}`],
      authority: [`application:${id}`]
    };
  }
});

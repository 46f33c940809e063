import { randomUUID } from 'node:crypto';
import type { Refusal } from '../../../../core/access/refusal';
import { STATUS_FILTERS } from '../../../../core/administrators/people-filter';
import { USER_STATUSES } from '../../../../core/users/user-status';
import type { CommandInput } from '../../../../protocol/commands/commands';
import { insertExport, openExportOf } from '../../../db/log/log-exports-table';
import type { Caller } from '../../write-path/caller';
import type { Deps } from '../../write-path/deps';
import { defineCommand } from '../../write-path/define-command';
import { mutate } from '../../write-path/mutate';
import { ownSession, type Outcome } from '../../write-path/mutation';
import type { RefusalOr } from '../../write-path/refusal-or';
import { exportChange, fetchedUntil } from './kept-export';
import type { ListExport } from './list-export';
import { ExportUnderWay, waitFor, type BegunExport } from './begin-export';
import { endSilentExports } from './end-export';

type Input = CommandInput<'lists.export'>;

/**
 * Begins an export of a list: judged, noted in the log and offered for download, as one of the log is. One at a time
 * for each person.
 */
export async function beginListExport(
  deps: Deps,
  caller: Caller,
  input: Input
): Promise<RefusalOr<Omit<BegunExport, 'upTo'>>> {
  if (caller.session) await endSilentExports(deps);
  try {
    return await mutate(deps, caller, exportList, input);
  } catch (error) {
    if (!(error instanceof ExportUnderWay)) throw error;
    return { refused: { code: 'busy', retryAfter: error.retryAfter } };
  }
}

const exportList = defineCommand('lists.export', {
  target: ({ list }: Input) => ({ type: 'list', id: list }),
  async decide(context, input: Input): Promise<Outcome<Omit<BegunExport, 'upTo'>>> {
    const { deps, tx, actor } = context;
    const open = await openExportOf(tx, actor.id);
    if (open) throw new ExportUnderWay(waitFor(open));
    const id = randomUUID();
    const query = keptOf(input);
    if (query === null) return { refused: NO_SUCH_STATUS };
    await insertExport(tx, { id, administratorId: actor.id, sid: ownSession(context).sid, query, upTo: 0 });
    deps.log.info({ export: id, list: query.list }, 'an export of a list was asked for');
    return {
      answer: { id, href: `/export/${id}`, expiresAt: fetchedUntil() },
      events: [
        {
          action: 'list.export_begun',
          target: { type: 'export', id, name: null },
          outcome: 'success',
          change: exportChange(query)
        }
      ],
      affects: []
    };
  }
});

const NO_SUCH_STATUS: Refusal = {
  ...{ code: 'input/invalid', field: 'status' },
  message: 'No one in this list has such a status.'
};

/** Order as it is kept until it is fetched; null: it asks for a status of the other kind of accounts. */
function keptOf({ list, search = '', ...asked }: Input): ListExport | null {
  if (list !== 'administrators' && list !== 'users') return { list };
  const { role = null, twoFactor = null, package: packageId = null } = asked;
  if (list === 'users') {
    const status = among(USER_STATUSES, asked.status);
    return status === undefined ? null : { list, filter: { search, packageId, status } };
  }
  const status = among(STATUS_FILTERS, asked.status);
  return status === undefined ? null : { list, filter: { search, role, twoFactor, status } };
}

/** The one of these that is asked for; null: none is. Undefined: another one. */
function among<S extends string>(all: readonly S[], asked: string | undefined): S | null | undefined {
  return asked === undefined ? null : all.find((each) => each === asked);
}

import { randomUUID } from 'node:crypto';
import type { CommandInput } from '../../../../protocol/commands/commands';
import { insertExport, openExportOf } from '../../../db/log/log-exports-table';
import type { Caller } from '../../write-path/caller';
import type { Deps } from '../../write-path/deps';
import { defineCommand } from '../../write-path/define-command';
import { mutate } from '../../write-path/mutate';
import { ownSession } from '../../write-path/mutation';
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
  async decide(context, input: Input) {
    const { deps, tx, actor } = context;
    const open = await openExportOf(tx, actor.id);
    if (open) throw new ExportUnderWay(waitFor(open));
    const id = randomUUID();
    const query = keptOf(input);
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

function keptOf({ list, search, role, twoFactor, status }: Input): ListExport {
  if (list !== 'administrators') return { list };
  const filter = {
    search: search ?? '',
    role: role ?? null,
    twoFactor: twoFactor ?? null,
    status: status ?? null
  };
  return { list, filter };
}

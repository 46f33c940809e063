import type { Refusal } from '../../../core/access/refusal';
import { updateAccount } from '../../db/tables/accounts-table';
import { accountRecord, accountTarget } from '../write-path/account-record';
import { defineCommand } from '../write-path/define-command';
import { mayComeFrom } from '../write-path/session-policy';
import { tidyNetworks } from '../write-path/networks';
import { stamped } from '../write-path/setting-changes';
import { ownAccount, OWN_RECORD } from '../write-path/own-account';

/**
 * Says where one may sign in from (AUT-3). A list that would shut out whoever makes it is refused: the address they
 * sit at has to be in it.
 */
export const setAllowlist = defineCommand<'me.setAllowlist', { networks: string[] }>('me.setAllowlist', {
  ...OWN_RECORD,
  async decide(context, input) {
    const { tx, request } = context;
    const row = ownAccount(context);
    if (!row) return { refused: { code: 'auth/signed-out' } };
    const { networks, wrong } = tidyNetworks(input.networks);
    if (wrong !== null) return { refused: invalid(`“${wrong}” is not an address or network.`) };
    if (!mayComeFrom(networks, request.ip))
      return {
        refused: invalid(
          `The list must hold the address you are at now, ${request.ip ?? 'which is unknown'}.`
        )
      };
    if (JSON.stringify(networks) === JSON.stringify(row.ipAllowlist))
      return { answer: { networks }, events: [], affects: [] };
    const seq = row.seq + 1;
    const change = [{ path: 'ipAllowlist', old: row.ipAllowlist.length, new: networks.length }];
    await updateAccount(tx, row, {
      ipAllowlist: networks,
      seq,
      // Staff edit that of a user, too: theirs that is older meets this one.
      fieldSeq: { ...row.fieldSeq, ...stamped(change, { seq, by: row.name }) }
    });
    return {
      answer: { networks },
      events: [
        {
          action: 'auth.allowlist_changed',
          target: accountTarget(row),
          outcome: 'success',
          change,
          personal: { old: row.ipAllowlist.join(', '), new: networks.join(', ') }
        }
      ],
      affects: [accountRecord(row)],
      authority: [accountRecord(row)]
    };
  }
});

function invalid(message: string): Refusal {
  return { code: 'input/invalid', field: 'networks', message };
}

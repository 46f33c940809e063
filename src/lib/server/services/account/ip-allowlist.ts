import type { Refusal } from '../../../core/access/refusal';
import { updateAccount } from '../../db/tables/accounts-table';
import { accountRecord, accountTarget } from '../write-path/account-record';
import type { Caller } from '../write-path/caller';
import { defineCommand } from '../write-path/define-command';
import type { Deps } from '../write-path/deps';
import { mayComeFrom } from '../write-path/session-policy';
import { tidyNetworks } from '../write-path/networks';
import { stamped } from '../write-path/setting-changes';
import { mutate, type Answer } from '../write-path/mutate';
import { ownAccount, ownRecord } from '../write-path/own-account';

export type AllowlistInput = { op: string; networks: string[] };

/**
 * Says where one may sign in from (AUT-3). A list that would shut out whoever makes it is refused: the address they sit at has
 * to be in it.
 */
export function setAllowlist(
  deps: Deps,
  caller: Caller,
  input: AllowlistInput
): Promise<Answer<{ networks: string[] }>> {
  return mutate(deps, caller, allowlist(caller), input);
}

const allowlist = (caller: Caller) =>
  defineCommand<'me.setAllowlist', { networks: string[] }>('me.setAllowlist', {
    ...ownRecord(caller),
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
        return { answer: { networks }, events: [], touches: [] };
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
        touches: [accountRecord(row)],
        authority: [accountRecord(row)]
      };
    }
  });

function invalid(message: string): Refusal {
  return { code: 'input/invalid', field: 'networks', message };
}

import type { Refusal } from '../../../core/access/refusal';
import { updateAdministrator } from '../../db/tables/administrators-table';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import { personTarget } from '../write-path/person-action';
import { mayComeFrom } from '../write-path/session-policy';
import { tidyNetworks } from './networks';
import { mutate, type Answer, type Mutation } from '../write-path/mutate';

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
  return mutate(deps, caller, allowlistOf(caller.session?.personId ?? ''), input);
}

const allowlistOf = (id: string): Mutation<AllowlistInput, { networks: string[] }> => ({
  name: 'me.setAllowlist',
  permission: 'people.self.own_ip_allowlist',
  sensitive: true,
  by: 'session',
  people: () => (id === '' ? [] : [id]),
  target: () => ({ type: 'administrator', id }),
  async decide({ tx, actor, people, request }, input) {
    const row = people.get(actor.id);
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
    await updateAdministrator(tx, row.id, { ipAllowlist: networks, seq: row.seq + 1 });
    return {
      answer: { networks },
      events: [
        {
          action: 'auth.allowlist_changed',
          target: personTarget(row),
          outcome: 'success',
          change: [{ path: 'ipAllowlist', old: row.ipAllowlist.length, new: networks.length }],
          personal: { old: row.ipAllowlist.join(', '), new: networks.join(', ') }
        }
      ],
      touches: [`person:${row.id}`],
      authority: [`person:${row.id}`]
    };
  }
});

function invalid(message: string): Refusal {
  return { code: 'input/invalid', field: 'networks', message };
}

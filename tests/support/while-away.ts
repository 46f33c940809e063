import * as Y from 'yjs';
import type { ApiClient } from './api-client';
import { appendEntry, declareAudited, type StateProbe } from './state';
import { syncBytes } from './sync-bytes';

/** Cost of coming back to a document. */
export type Return = {
  /** Bytes to catch up, and of a full load. */
  missed: number;
  whole: number;
  /** The copy that was away, and one of somebody new. */
  mine: Y.Doc;
  fresh: Y.Doc;
};

/** Loads a document, lets others change it in the meantime, and comes back. */
export async function whileAway(
  client: ApiClient,
  state: StateProbe,
  name: string,
  change: () => Promise<void>
): Promise<Return> {
  await state.settled();
  const mine = new Y.Doc();
  await syncBytes(client, name, mine);
  await change();
  await state.settled();
  const missed = await syncBytes(client, name, mine);
  const fresh = new Y.Doc();
  const whole = await syncBytes(client, name, fresh);
  return { missed, whole, mine, fresh };
}

/** Unticks and ticks permissions of a role, over and over. */
export async function flicker(
  client: ApiClient,
  roleId: string,
  permissions: readonly string[],
  turns: number
): Promise<void> {
  for (let turn = 0; turn < turns; turn++)
    await client.call('roles.edit', {
      id: roleId,
      seen: 1_000_000,
      [turn % 2 === 0 ? 'revoke' : 'grant']: permissions
    });
}

/** Gives people other names in one transaction, past the program: by hand that would take minutes. */
export async function renamePeople(state: StateProbe, ids: readonly string[], name: string): Promise<void> {
  await state.sql.begin(async (tx) => {
    await declareAudited(tx);
    await tx`update administrators set name = ${name} || ' ' || id::text where id = any(${[...ids]}::uuid[])`;
    await appendEntry(
      tx,
      ids.map((id) => `person:${id}`)
    );
  });
}

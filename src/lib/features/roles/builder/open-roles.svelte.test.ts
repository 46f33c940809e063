import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import shipped from '$lib/core/access/catalogue/permissions.json';
import { indexCatalogue, type Catalogue } from '$lib/core/access/catalogue';
import type { Session } from '$lib/client/session/session.svelte';
import { permissionCells } from '$lib/documents/role-doc';
import { testOutbox } from '../../../../../tests/support/outbox';
import { rolesInViewOf } from '../roles-in-view.svelte';
import { openRolesOf } from './open-roles.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const EXPORT = 'audience.contacts.export';

/** The role Support before somebody who may edit it, whose edits land. */
function setUp() {
  const doc = new Y.Doc();
  doc.getMap('role').set('name', 'Support');
  doc.getMap('role').set('seq', 5);
  const { outbox } = testOutbox(() => {
    const cell = { on: true, by: 'Maya', at: '2026-01-01T00:00:00.000Z' };
    doc.transact(() => {
      permissionCells(doc).set(EXPORT, cell);
      doc.getMap('role').set('seq', 6);
    });
    return { is: 'answer', answer: { seq: 6, refused: [] } };
  });
  const destroy = vi.fn();
  const session = {
    catalogue: indexCatalogue(shipped as Catalogue),
    actor: { id: 'maya', name: 'Maya', owner: false, roleId: 'admin', permissions: new Set([EXPORT]) },
    outbox,
    open: () => ({ doc, state: 'live', loaded: true, peers: [], setAt: () => undefined, destroy })
  } as unknown as Session;
  return { session, destroy };
}

const settle = async () => {
  flushSync();
  await vi.advanceTimersByTimeAsync(2_000);
  flushSync();
};

test('[ROL-4] what was done on the permissions of a role can be undone after a look at its history', async () => {
  const { session, destroy } = setUp();
  const [open, inView] = [openRolesOf(session), rolesInViewOf(session)];
  const leavePermissions = inView.enter('support', 'administrator');
  const builder = open.take('support', 'administrator');
  builder.edits.set([EXPORT], true);
  await settle();
  expect([builder.edits.pending, builder.edits.canUndo]).toEqual([0, true]);

  leavePermissions();
  const leaveHistory = inView.enter('support', 'administrator');
  await settle();
  leaveHistory();
  inView.enter('support', 'administrator');
  const again = open.take('support', 'administrator');
  await settle();
  expect([again === builder, again.edits.canUndo, destroy.mock.calls]).toEqual([true, true, []]);
});

test('[ROL-4] a role that none of its tabs shows is closed, once nothing of it is on its way', async () => {
  const { session, destroy } = setUp();
  const [open, inView] = [openRolesOf(session), rolesInViewOf(session)];
  const leave = inView.enter('support', 'administrator');
  const builder = open.take('support', 'administrator');
  builder.edits.set([EXPORT], true);
  leave();
  flushSync();
  expect(destroy).not.toHaveBeenCalled();
  await settle();
  expect(destroy).toHaveBeenCalledOnce();
  expect(open.take('support', 'administrator')).not.toBe(builder);
});

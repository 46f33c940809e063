import { expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { settingsVersions } from '$lib/documents/list-docs';
import type { OpenDocuments } from './open-documents';
import { OwnDocuments } from './own-documents.svelte';

function setUp(isUser: boolean) {
  const docs = new Map<string, Y.Doc>();
  const open = (name: string) => {
    const doc = new Y.Doc();
    docs.set(name, doc);
    return { doc, state: 'live', closeCode: null, destroy: () => undefined };
  };
  const onsettings = vi.fn();
  const documents = { open } as unknown as OpenDocuments;
  return { docs, onsettings, own: new OwnDocuments({ documents, isUser, roleId: () => 'r', onsettings }) };
}

test('[LIV-1] [QUO-1] the version of the platform’s caps is known as the settings move', () => {
  const { docs, onsettings, own } = setUp(false);
  expect(own.capsVersion).toBeNull();
  const versions = settingsVersions(docs.get('settings')!);
  versions.set('caps', 4);
  expect([own.capsVersion, onsettings.mock.calls.length]).toEqual([4, 1]);
  versions.set('twoFactor', 9);
  expect([own.capsVersion, onsettings.mock.calls.length]).toEqual([4, 2]);
  own.stop();
});

test('[TEN-5] a user is not told of the settings', () => {
  const { docs, own } = setUp(true);
  expect([[...docs.keys()], own.capsVersion]).toEqual([['own'], null]);
  own.stop();
});

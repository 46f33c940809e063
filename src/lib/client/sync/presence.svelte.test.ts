import {
  applyAwarenessUpdate,
  Awareness,
  encodeAwarenessUpdate,
  removeAwarenessStates
} from 'y-protocols/awareness';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { OwnAwareness } from './presence.svelte';

describe('what leaves a page as its presence', () => {
  test('an update of others is no update to send on, and is still a change to show', () => {
    const own = new OwnAwareness(new Y.Doc());
    const other = new Awareness(new Y.Doc());
    const sent: number[] = [];
    let changes = 0;
    own.on('update', ({ added, updated, removed }: Record<'added' | 'updated' | 'removed', number[]>) =>
      sent.push(...added, ...updated, ...removed)
    );
    own.on('change', () => (changes += 1));
    other.setLocalState({ name: 'Grace' });
    applyAwarenessUpdate(own, encodeAwarenessUpdate(other, [other.clientID]), 'server');
    removeAwarenessStates(own, [other.clientID], 'timeout');
    expect([sent, changes]).toEqual([[], 2]);
    own.setLocalState({ at: 'row' });
    own.setLocalState(null);
    expect(sent).toEqual([own.clientID, own.clientID]);
    own.destroy();
    other.destroy();
  });
});

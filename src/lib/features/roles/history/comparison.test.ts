import { describe, expect, test } from 'vitest';
import { indexCatalogue } from '$lib/core/access/catalogue';
import { compareSnapshots, LOST } from './comparison';

const action = (id: string, kind: 'read' | 'write' | 'destructive' = 'read') => ({ id, label: id, kind });
const catalogue = indexCatalogue({
  version: 1,
  areas: [
    {
      id: 'x',
      label: 'X',
      groups: [
        { id: 'x.a', label: 'A', actions: [action('x.a.view'), action('x.a.delete', 'destructive')] },
        { id: 'x.b', label: 'B', actions: [action('x.b.view')] }
      ]
    }
  ],
  roles: []
});
const compare = (earlier: string[], later: string[]) =>
  compareSnapshots(catalogue, { shown: new Set(earlier), earlier: new Set(earlier), later: new Set(later) });

describe('[ROL-9] comparing two snapshots', () => {
  test('marks what was added and removed and counts it up the tree', () => {
    const [area] = compare(['x.a.view', 'x.a.delete'], ['x.a.view', 'x.b.view']);
    expect(area).toMatchObject({ held: 2, size: 3, added: 1, removed: 1 });
    expect(area!.groups.map(({ held, added, removed }) => [held, added, removed])).toEqual([
      [2, 0, 1],
      [0, 1, 0]
    ]);
    const marks = area!.groups.flatMap((group) =>
      group.actions.map(({ id, held, mark }) => [id, held, mark])
    );
    expect(marks).toEqual([
      ['x.a.view', true, null],
      ['x.a.delete', true, 'removed'],
      ['x.b.view', false, 'added']
    ]);
    expect(area!.ticks).toEqual([['on', 'danger'], ['off']]);
  });

  test('gathers what the catalogue no longer knows in an area of its own, and only then', () => {
    expect(compare(['x.a.view'], []).map(({ id }) => id)).toEqual(['x']);
    const lost = compare(['x.gone'], []).at(-1)!;
    expect([lost.id, lost.held, lost.removed]).toEqual([LOST, 1, 1]);
    expect(lost.groups[0]!.actions).toEqual([
      { id: 'x.gone', label: 'x.gone', action: null, held: true, mark: 'removed' }
    ]);
  });
});

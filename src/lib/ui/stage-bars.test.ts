import { expect, test } from 'vitest';
import { stageAreas, stagePaths } from './stage-bars';

test('an area boils down to a letter per action, capital where sensitive', () => {
  const areas = stageAreas([
    {
      label: 'Audience',
      groups: [
        { actions: [{ kind: 'read' }, { kind: 'write', sensitive: true }] },
        { actions: [{ kind: 'destructive' }] }
      ]
    }
  ]);
  expect(areas).toEqual([{ label: 'Audience', groups: ['rW', 'd'] }]);
});

test('bars stand in catalogue order with a gap between groups', () => {
  const paths = stagePaths(['rW', 'd']);
  // Two bars of 6 with 4 between, a gap of 16 from bar to bar, one more bar.
  expect(paths.width).toBe(6 + 4 + 6 + 16 + 6);
  expect(paths.r.match(/M/gu)).toHaveLength(1);
  expect(paths.sensitive.match(/M/gu)).toHaveLength(1);
  expect(stagePaths([])).toEqual({ width: 0, r: '', w: '', d: '', sensitive: '' });
});

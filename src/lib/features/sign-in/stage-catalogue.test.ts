import { expect, test } from 'vitest';
import shipped from '$lib/core/access/catalogue/permissions.json';
import type { Area } from '$lib/core/access/catalogue';
import { stageAreas } from '$lib/ui/stage-bars';
import { STAGE_AREAS } from './stage-catalogue';

test('the stage shows the shipped catalogue', () => {
  expect(STAGE_AREAS).toEqual(stageAreas(shipped.areas as Area[]));
});

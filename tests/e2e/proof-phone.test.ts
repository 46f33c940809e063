import { describe, test } from 'vitest';
import { PHONE } from '../support/browser';
import { useTheatre } from '../support/proof/play';
import { PEOPLE_STEPS } from '../support/proof/people-steps';

const theatre = useTheatre();
const cases = ['administrators.suspend', 'administrators.resetPassword', 'administrators.reactivate'].flatMap(
  (procedure) => PEOPLE_STEPS[procedure]!.map((way) => ({ procedure, way }))
);

describe('[AUT-4] [UX-1] an old proof on a phone', () => {
  test.each(cases)('$procedure, $way.name', ({ way }) => theatre.play(way, 'mouse', PHONE));
});

import { playAll } from '../support/proof/play';
import { OTHER_STEPS } from '../support/proof/other-steps';

playAll(OTHER_STEPS);

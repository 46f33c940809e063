import { playAll } from '../support/proof/play';
import { PEOPLE_STEPS } from '../support/proof/people-steps';

playAll(PEOPLE_STEPS);

import { playAll } from '../support/proof/play';
import { OWN_STEPS } from '../support/proof/own-steps';

playAll(OWN_STEPS);

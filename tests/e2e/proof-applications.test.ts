import { APPLICATION_STEPS } from '../support/proof/application-steps';
import { playAll } from '../support/proof/play';

playAll(APPLICATION_STEPS);

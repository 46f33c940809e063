import { playAll } from '../support/proof/play';
import { ROUTE_STEPS } from '../support/proof/route-steps';

playAll(ROUTE_STEPS);

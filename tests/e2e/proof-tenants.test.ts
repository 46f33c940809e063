import { playAll } from '../support/proof/play';
import { TENANT_STEPS } from '../support/proof/tenant-steps';

playAll(TENANT_STEPS);

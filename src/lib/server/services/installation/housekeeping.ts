import { forgetDevices } from '../../db/tables/devices-table';
import { forgetHandovers } from '../../db/tables/handovers-table';
import { forgetExports } from '../../db/log/log-exports-table';
import { forgetAnswers } from '../../db/tables/operations-table';
import { deleteExpired } from '../../db/tables/sessions-table';
import { forgetHours, tidyLedger } from '../../db/tables/ledger-table';
import { forgetAlerts } from '../../db/tables/cap-alerts-table';
import { forgetCalls } from '../../db/tables/call-counts-table';
import { forgetRefusals } from '../../db/tables/send-refusals-table';
import { forgetMails } from '../../db/tables/mails-table';
import { forgetDeliveries } from '../../db/tables/webhook-table';
import { forgetLayers } from '../../db/tables/sending-layers-table';
import { forgetPermits } from '../../db/tables/permit-counts-table';
import { forgetThrottle } from '../../db/tables/throttle-table';
import { auditedTransaction } from '../../db/driver/transaction';
import { accountRecord } from '../write-path/account-record';
import { record, SYSTEM, systemRequest } from '../write-path/audit';
import type { Deps } from '../write-path/deps';
import { endRepeatedDenials } from '../write-path/repeated-denials';
import { endSilentExports } from '../log/export/end-export';
import { pruneLog } from '../log/upkeep/prune';
import { expireOffer } from '../ownership/expire-offer';
import { remindTwoFactor } from '../credentials/remind-two-factor';
import { endRefusedTries } from '../sign-in/refused-tries';
import { endDue } from '../users/end-due';
import { endVisitsOver } from '../users/end-visits';

const EVERY_MS = 60_000;
/** Turns between two looks for whom to remind, and for what is old. */
const HOURLY = 60;
const ANSWERS_KEPT_DAYS = 60;
const COUNTERS_KEPT_DAYS = 2;
const COUNTERS_IN_A_ROW_KEPT_DAYS = 60;
const DEVICES_KEPT_DAYS = 180;
const EXPORTS_KEPT_DAYS = 1;
const LAYERS_KEPT_DAYS = 30;
const REFUSALS_KEPT_DAYS = 2;
const CALLS_KEPT_DAYS = 1;
/** Days for which the outcome of mails and of webhook deliveries can be looked up. */
const DELIVERIES_KEPT_DAYS = 30;
/** Days for which the outcome of a hand-over can be looked up. */
const HANDOVERS_KEPT_DAYS = 30;
/** More than a year, so that what is done once a year is seen. */
const PERMITS_KEPT_DAYS = 400;
const SESSIONS_AT_ONCE = 200;

/**
 * Ends what is over, once a minute: expired sessions and statuses of users (each with its entry), old answers,
 * quiet counters; once an hour old entries.
 */
export function startHousekeeping(deps: Deps): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  let turn = 0;
  const timer = setInterval(() => (running = tidy(deps, turn++ % HOURLY === 0)), EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    }
  };
}

async function tidy(deps: Deps, hourly: boolean): Promise<void> {
  try {
    await expireSessions(deps);
    await endVisitsOver(deps);
    await endRefusedTries(deps);
    await endRepeatedDenials(deps);
    await forgetAnswers(deps.db, ANSWERS_KEPT_DAYS);
    await forgetThrottle(deps.db, COUNTERS_KEPT_DAYS, COUNTERS_IN_A_ROW_KEPT_DAYS);
    await tidyLedgerAlone(deps, hourly);
    await forgetDevices(deps.db, DEVICES_KEPT_DAYS);
    await expireOffer(deps);
    await endDue(deps);
    await endSilentExports(deps);
    await forgetExports(deps.db, EXPORTS_KEPT_DAYS);
    if (hourly) {
      await remindTwoFactor(deps);
      await pruneLog(deps);
      await forgetAlerts(deps.db);
      await forgetLayers(deps.db, LAYERS_KEPT_DAYS);
      await forgetCalls(deps.db, CALLS_KEPT_DAYS);
      await forgetRefusals(deps.db, REFUSALS_KEPT_DAYS);
      await forgetMails(deps.db, DELIVERIES_KEPT_DAYS);
      await forgetDeliveries(deps.db, DELIVERIES_KEPT_DAYS);
      await forgetPermits(deps.db, PERMITS_KEPT_DAYS);
      await auditedTransaction(deps.db, (tx) => forgetHandovers(tx, HANDOVERS_KEPT_DAYS));
    }
  } catch (error) {
    deps.log.warn({ err: error }, 'housekeeping failed, it is tried again in a minute');
  }
}

/** An account that the ledger cannot tidy stops nothing else. */
async function tidyLedgerAlone({ db, log }: Deps, hourly: boolean): Promise<void> {
  try {
    await tidyLedger(db);
    if (hourly) await forgetHours(db);
  } catch (error) {
    log.warn({ err: error }, 'the ledger could not be tidied, it is tried again in a minute');
  }
}

/** Ends sessions whose time is over. Nobody could use them any more; this makes their end an event. */
export async function expireSessions(deps: Deps): Promise<number> {
  return auditedTransaction(deps.db, async (tx) => {
    const ended = await deleteExpired(tx, SESSIONS_AT_ONCE);
    for (const { sid, whose } of ended)
      await record(
        tx,
        { actor: { ...SYSTEM, id: whose.id, name: whose.name }, request: systemRequest('housekeeping') },
        { action: 'session.expired', target: { type: 'session', id: sid, name: null }, outcome: 'success' },
        [accountRecord(whose)]
      );
    return ended.length;
  });
}

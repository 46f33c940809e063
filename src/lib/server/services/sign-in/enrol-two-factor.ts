import { requirePermission } from '../../../core/access/access';
import type { AuditTarget } from '../../../core/log/entry';
import type { Refusal } from '../../../core/access/refusal';
import { clearCodeTries, mayTryCode } from '../../auth/attempts';
import { newRecoveryCodes, recoveryCodeHash } from '../../auth/recovery-codes';
import { matchTotp, newTotpSecret, secretText, totpUri } from '../../auth/totp';
import { updateAccount } from '../../db/tables/accounts-table';
import { touchLastActive } from '../../db/tables/last-active-table';
import { notifyAuthority } from '../../db/driver/notify';
import { lockRoles } from '../../db/tables/roles-table';
import {
  confirmTotp as storeConfirmed,
  deleteTotp,
  findTotp,
  replaceRecoveryCodes,
  writePendingTotp
} from '../../db/tables/totp-table';
import { accountRecord, accountTarget } from '../write-path/account-record';
import { actingPerson } from '../write-path/acting-person';
import { permissionsOf } from '../write-path/authority';
import type { Caller } from '../write-path/caller';
import { deniedEvent } from '../write-path/denied-event';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';
import { unscoped } from '../write-path/scope';
import { readWornBrand } from '../stored-settings/read-worn-brand';
import { demandOf, isProved } from '../write-path/session-policy';
import { knownDeviceOf } from './known-device';
import { finishStep, inOwnSession, type OwnSession, type Stepped } from './own-session';
import { openSecret, TOTP_PURPOSE } from './second-factor';

/** Steps at which it may be done: where it is asked for, or by somebody's own choice. */
const STEPS = ['enrol-2fa', 'ready'] as const;

/** Begins an enrolment: a new secret, which asks for nothing until one of its codes was confirmed. */
export async function beginTotp(
  deps: Deps,
  caller: Caller
): Promise<RefusalOr<{ secret: string; uri: string }>> {
  return inOwnSession<{ secret: string; uri: string }>(deps, caller, STEPS, async (own) => {
    const refused = await mayManage(deps, own, 'auth.beginTotp');
    if (refused) return { refused };
    const { tx, person } = own;
    const secret = newTotpSecret();
    await writePendingTotp(tx, person, deps.keyring.seal(TOTP_PURPOSE, person.id, secret));
    await own.record({ action: 'auth.two_factor_begun', target: targetOf(own), outcome: 'success' });
    const { name } = await readWornBrand(tx, person);
    return {
      answer: { secret: secretText(secret), uri: totpUri({ secret, issuer: name, account: person.email }) }
    };
  });
}

/** Confirms an enrolment with one code. The recovery codes are in the answer, and nowhere else. */
export async function confirmTotp(
  deps: Deps,
  caller: Caller,
  code: string
): Promise<RefusalOr<Stepped & { recoveryCodes: string[] }>> {
  const device = caller.session && (await knownDeviceOf(deps.db, caller, caller.session.personId));
  const slow = caller.session && (await mayTryCode(unscoped(deps).db, caller.session.personId, device));
  if (slow) return { refused: slow };
  return inOwnSession<Stepped & { recoveryCodes: string[] }>(deps, caller, STEPS, async (own) => {
    const refused = await mayManage(deps, own, 'auth.confirmTotp');
    if (refused) return { refused };
    const { tx, person } = own;
    const pending = (await findTotp(tx, person.id))?.pending;
    if (!pending) return { refused: { code: 'not-found', what: 'enrolment' } };
    const secret = openSecret(deps.keyring, person.id, pending);
    const step = secret && (await matchTotp(secret, code, Date.now() / 1000, null));
    if (!secret || step === null) {
      await own.record({
        action: 'auth.second_factor_failed',
        target: targetOf(own),
        outcome: 'denied',
        reason: secret ? 'enrolment' : 'unreadable-secret'
      });
      return { refused: { code: 'auth/wrong-code' } };
    }
    await clearCodeTries(tx, person.id, device);
    await storeConfirmed(tx, person.id, deps.keyring.seal(TOTP_PURPOSE, person.id, secret), step);
    await updateAccount(tx, person, { twoFactor: true, seq: person.seq + 1 });
    const recoveryCodes = await makeRecoveryCodes(own);
    const stepped = await finishStep(own, { aal: 2 });
    if (own.step !== 'ready') await touchLastActive(tx, person);
    await own.record({ action: 'auth.two_factor_enabled', target: targetOf(own), outcome: 'success' }, [
      accountRecord(person)
    ]);
    await own.sendNotices([{ to: person, kind: 'two-factor-enabled', data: { ip: caller.request.ip } }]);
    // Other sessions have to show a code before they go on.
    await notifyAuthority(tx, [accountRecord(person)]);
    return { answer: { ...stepped, recoveryCodes } };
  });
}

/** Turns the second factor off, unless one is asked of this person. */
export async function disableTotp(deps: Deps, caller: Caller): Promise<RefusalOr<Stepped>> {
  return inOwnSession<Stepped>(deps, caller, ['ready'], async (own) => {
    const { tx, person, live } = own;
    const refused = await mayManage(deps, own, 'auth.disableTotp');
    if (refused) return { refused };
    if (!person.twoFactor) return { refused: { code: 'not-found', what: 'second factor' } };
    const demand = demandOf(live, live.role);
    // What begins later counts, too: whoever asked for it from a date on must not walk away from it.
    if (demand.sources.length > 0)
      return { refused: { code: 'auth/two-factor-required', sources: demand.sources } };
    await deleteTotp(tx, person.id);
    await updateAccount(tx, person, { twoFactor: false, seq: person.seq + 1 });
    const stepped = await finishStep(own, { aal: 1 });
    await own.record({ action: 'auth.two_factor_disabled', target: targetOf(own), outcome: 'success' }, [
      accountRecord(person)
    ]);
    await own.sendNotices([{ to: person, kind: 'two-factor-disabled', data: { ip: caller.request.ip } }]);
    return { answer: stepped };
  });
}

/** Makes a new set of recovery codes: the old ones are void. */
export async function renewRecoveryCodes(
  deps: Deps,
  caller: Caller
): Promise<RefusalOr<{ recoveryCodes: string[] }>> {
  return inOwnSession<{ recoveryCodes: string[] }>(deps, caller, ['ready'], async (own) => {
    const refused = await mayManage(deps, own, 'auth.renewRecoveryCodes');
    if (refused) return { refused };
    if (!own.person.twoFactor) return { refused: { code: 'not-found', what: 'second factor' } };
    const recoveryCodes = await makeRecoveryCodes(own);
    await own.record({ action: 'auth.recovery_codes_made', target: targetOf(own), outcome: 'success' });
    return { answer: { recoveryCodes } };
  });
}

async function makeRecoveryCodes({ tx, person }: OwnSession): Promise<string[]> {
  const codes = newRecoveryCodes();
  await replaceRecoveryCodes(
    tx,
    person,
    codes.map((code) => recoveryCodeHash(code)!)
  );
  return codes;
}

/**
 * The reason they may not; null: they may. At the step that asks for it nothing more is needed; later the right to,
 * and the password proved lately.
 */
async function mayManage(deps: Deps, own: OwnSession, procedure: string): Promise<Refusal | null> {
  if (own.step !== 'ready') return null;
  // In this transaction, locked: the right may not go while it is used, and no second connection is waited for.
  const { person } = own.live;
  const role = (await lockRoles(own.tx, [{ id: person.roleId, mode: 'share' }])).get(person.roleId);
  if (!role) return { code: 'auth/signed-out' };
  const actor = actingPerson(person, await permissionsOf(deps, own.tx, person.owner, role));
  const missing = requirePermission(actor, 'people.self.manage_2fa_passkeys');
  if (missing) await own.record(deniedEvent(procedure, targetOf(own), missing));
  return missing ?? (isProved(own.live.session) ? null : { code: 'auth/reauthenticate' });
}

function targetOf({ person }: OwnSession): AuditTarget {
  return accountTarget(person);
}

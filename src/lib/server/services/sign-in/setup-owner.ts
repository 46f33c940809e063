import { randomBytes, randomUUID } from 'node:crypto';
import { inheritAll } from '../../../core/quotas/caps';
import { SUPER_ADMINISTRATOR } from '../../../core/access/catalogue';
import { emailKey } from '../../../core/text/names';
import { mayFailSetup } from '../../auth/attempts';
import { hashPassword } from '../../auth/password-hash';
import { beginSession } from '../../auth/sessions';
import { sha256 } from '../../auth/token';
import { findOwner, insertAdministrator } from '../../db/tables/administrators-table';
import {
  deleteSetupTokens,
  insertSetupToken,
  isSetupToken,
  lockFounding
} from '../../db/tables/installation-table';
import { auditedTransaction } from '../../db/driver/transaction';
import { ANONYMOUS, record } from '../write-path/audit';
import { auditActor } from '../write-path/audit-actor';
import { sendNotices } from '../write-path/notices';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';
import { readSection } from '../stored-settings/read-section';
import { newPasswordRefusal, passwordRules } from '../credentials/new-password';
import { completeSignIn } from './complete-sign-in';

const TOKEN_SECONDS = 3600;
const TEN_YEARS_SECONDS = 315_360_000;

/**
 * Makes the token that opens the setup, for an hour; null when there is an owner already (OWN-1).
 * @param given a token set by the operator, valid until the setup is done
 */
export async function openSetup(deps: Deps, given: string | undefined): Promise<string | null> {
  if (await findOwner(deps.db)) return null;
  const token = given ?? randomBytes(16).toString('base64url');
  await insertSetupToken(deps.db, sha256(token), given === undefined ? TOKEN_SECONDS : TEN_YEARS_SECONDS);
  return token;
}

/** True if the installation waits for its owner. */
export async function setupNeeded(deps: Deps): Promise<boolean> {
  return (await findOwner(deps.db)) === null;
}

export type CreateOwnerInput = { op: string; token: string; name: string; email: string; password: string };

export type OwnerCreated = { id: string; token: string; device: string | null };

/**
 * Creates the first administrator: owner and Super Administrator, signed in. Of many who try at once, one wins.
 * In one piece: one transaction, whose steps hold only together.
 */
export async function createOwner(
  deps: Deps,
  caller: Caller,
  input: CreateOwnerInput
): Promise<RefusalOr<OwnerCreated>> {
  const { request } = caller;
  if (!(await setupNeeded(deps))) return { refused: { code: 'auth/setup-closed' } };
  if (!(await isSetupToken(deps.db, sha256(input.token)))) {
    // The token goes with the setup: whoever came a moment too late is told so, not that the link was wrong.
    if (!(await setupNeeded(deps))) return { refused: { code: 'auth/setup-closed' } };
    const wait = await mayFailSetup(deps.db, request.ip);
    if (wait !== null) return { refused: { code: 'auth/throttled', retryAfter: wait } };
    const target = { type: 'installation', id: 'setup', name: null };
    await auditedTransaction(deps.db, (tx) =>
      record(
        tx,
        { actor: ANONYMOUS, request },
        { action: 'setup.denied', target, outcome: 'denied', reason: 'auth/setup-token' },
        []
      )
    );
    return { refused: { code: 'auth/setup-token' } };
  }
  const rules = passwordRules(await readSection(deps.db, 'passwords'), false);
  const refused = await newPasswordRefusal(input.password, input, rules);
  if (refused) return { refused };
  const passwordHash = await hashPassword(input.password);

  return auditedTransaction(deps.db, async (tx): Promise<RefusalOr<OwnerCreated>> => {
    await lockFounding(tx);
    if (await findOwner(tx)) return { refused: { code: 'auth/setup-closed' } };
    const id = randomUUID();
    await insertAdministrator(tx, {
      id,
      name: input.name,
      email: input.email,
      emailKey: emailKey(input.email),
      passwordHash,
      roleId: SUPER_ADMINISTRATOR,
      owner: true,
      caps: inheritAll()
    });
    await deleteSetupTokens(tx);
    const begun = await beginSession(tx, {
      account: { kind: 'administrator', id },
      aal: 1,
      ip: request.ip,
      userAgent: request.userAgent,
      life: await readSection(tx, 'sessions')
    });
    const person = { kind: 'administrator' as const, id, name: input.name, email: input.email };
    await record(
      tx,
      { actor: auditActor(person, begun.sid, 1), request, op: input.op },
      {
        action: 'setup.owner',
        target: { type: 'administrator', id, name: input.name },
        outcome: 'success'
      },
      [`person:${id}`, `members:${SUPER_ADMINISTRATOR}`]
    );
    await sendNotices(tx, [{ to: person, kind: 'first-steps', data: {} }]);
    const device = await completeSignIn(tx, caller, {
      person,
      sid: begun.sid,
      factor: 'setup-token',
      next: 'ready',
      op: input.op
    });
    return { answer: { id, token: begun.token, device } };
  });
}

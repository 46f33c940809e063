import type { StateProbe } from './state';

/** Forgets which time step was used last, so that the code of this moment is good once more. */
export async function forgetStep(state: StateProbe, accountId: string): Promise<void> {
  await state.audited((tx) => tx`update totp set last_step = last_step - 100 where holder_id = ${accountId}`);
}

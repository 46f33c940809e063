/**
 * Permissions that send mail, whoever uses them: while their sending, or everybody's, is paused (QUO-8) nobody may
 * (DEC-2). To stop what runs, to prepare and to look stay possible.
 */
export const SENDING_PERMISSIONS: ReadonlySet<string> = new Set([
  'campaigns.broadcasts.schedule',
  'campaigns.broadcasts.test_send',
  'campaigns.split_tests.schedule',
  'campaigns.transactional.resend',
  'campaigns.transactional.send'
]);

/**
 * That nothing may be sent. `until`: when it ends by itself, in milliseconds of the epoch; null: somebody must end
 * it.
 */
export type SendPause = { until: number | null };

/** True if a pause stops anything at a moment. */
export function isPausing(pause: SendPause | null | undefined, now: number): boolean {
  return !!pause && (pause.until === null || now < pause.until);
}

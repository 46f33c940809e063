import type { Refusal } from '$lib/core/access/refusal';

const UNITS = ['bytes', 'kB', 'MB', 'GB'] as const;

/** "3.4 MB" */
export function fileSize(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < UNITS.length - 1) [value, unit] = [value / 1000, unit + 1];
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toLocaleString(undefined, { maximumFractionDigits: digits })} ${UNITS[unit]!}`;
}

/** Reason the server did not begin an export, in words. */
export function exportRefusal(refusal: Refusal): string {
  switch (refusal.code) {
    case 'busy':
      return 'Another of your exports is running. Wait for it to finish, or stop it where you started it.';
    case 'auth/reauthenticate':
      return 'An export requires your password. Nothing was exported.';
    case 'access/permission-required':
      return 'You don’t have access to this list any more.';
    default:
      return 'The server couldn’t start the export. Try again.';
  }
}

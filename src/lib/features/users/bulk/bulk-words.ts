import type { UserBulkAction } from './bulk-action';
import type { BulkWords } from '$lib/shared/bulk/bulk-words';
import { counted } from '$lib/ui/counted';

export type BulkKind = UserBulkAction['kind'];

/** Words before and after a bulk action (TEN-8). */
export const BULK_WORDS: Record<BulkKind, BulkWords> = {
  suspend: {
    label: 'Suspend',
    title: (users) => `Suspend ${users}?`,
    consequences: [
      'Their sessions, keys and mail stop immediately.',
      'Nothing is deleted. They go on as before once someone reactivates them.'
    ],
    verb: (users) => `Suspend ${users}`,
    done: (users) => `${users} suspended`,
    danger: true
  },
  reactivate: {
    label: 'Reactivate',
    title: (users) => `Reactivate ${users}?`,
    consequences: ['They can sign in and send again with the package and caps they had.'],
    verb: (users) => `Reactivate ${users}`,
    done: (users) => `${users} reactivated`,
    danger: false
  },
  close: {
    label: 'Close',
    title: (users) => `Close the accounts of ${users}?`,
    consequences: [
      'They send nothing from now on, and can export what is theirs for 30 days.',
      'Then what is personal is erased permanently. Until then, someone can reactivate them.'
    ],
    verb: (users) => `Close ${users}`,
    done: (users) => `Closing of ${users} has begun`,
    danger: true
  },
  assignPackage: {
    label: 'Change package',
    title: (users) => `Change the package of ${users}?`,
    consequences: ['Role, caps and counts follow the new package immediately. Own caps and counts stay.'],
    verb: (users) => `Move ${users}`,
    done: (users) => `${users} moved`,
    danger: false
  }
};

/** "1 user", "1,204 users". */
export function usersCount(count: number): string {
  return count === 1 ? '1 user' : `${counted(count)} users`;
}

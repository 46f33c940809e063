import type { BulkAction } from './bulk-action';
import type { BulkWords } from '$lib/shared/bulk/bulk-words';
import { counted } from '$lib/ui/counted';

export type BulkKind = BulkAction['kind'];

/** Words before and after a bulk action (ADM-10). */
export const BULK_WORDS: Record<BulkKind, BulkWords> = {
  suspend: {
    label: 'Suspend',
    title: (people) => `Suspend ${people}?`,
    consequences: [
      'Their sessions end immediately on every device.',
      'They can’t sign in until someone reactivates them. Nothing is deleted.'
    ],
    verb: (people) => `Suspend ${people}`,
    done: (people) => `${people} suspended`,
    danger: true
  },
  reactivate: {
    label: 'Reactivate',
    title: (people) => `Reactivate ${people}?`,
    consequences: ['They can sign in again with the role and caps they had.'],
    verb: (people) => `Reactivate ${people}`,
    done: (people) => `${people} reactivated`,
    danger: false
  },
  assignRole: {
    label: 'Change role',
    title: (people) => `Change the role of ${people}?`,
    consequences: ['Their permissions change immediately, including on pages they have open.'],
    verb: (people) => `Move ${people}`,
    done: (people) => `${people} moved`,
    danger: false
  },
  require2fa: {
    label: 'Require 2FA',
    title: (people) => `Require 2FA for ${people}?`,
    consequences: ['Anyone without a second factor must set one up at their next sign-in from then on.'],
    verb: (people) => `Require 2FA for ${people}`,
    done: (people) => `${people} now require 2FA`,
    danger: false
  },
  renewInvitation: {
    label: 'New invitations',
    title: (people) => `New invitations for ${people}?`,
    consequences: [
      'The links they were given before stop working. The new ones work once, for 72 hours.',
      'People who have already signed in are left out.'
    ],
    verb: (people) => `Invite ${people}`,
    done: (people) => `New invitations for ${people}`,
    danger: false
  },
  revokeSessions: {
    label: 'Sign out everywhere',
    title: (people) => `Sign out ${people}?`,
    consequences: [
      'Their sessions end immediately on every device. They can sign in again.',
      'Their personal API keys stop working permanently.'
    ],
    verb: (people) => `Sign out ${people}`,
    done: (people) => `${people} signed out`,
    danger: true
  }
};

/** "1 person", "1,204 people". */
export function peopleCount(count: number): string {
  return count === 1 ? '1 person' : `${counted(count)} people`;
}

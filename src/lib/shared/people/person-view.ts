import type { SubjectState } from '$lib/client/outbox/subject-state';
import type { PersonEntry } from '../indexes/people-list.svelte';

/** One administrator as the list shows them. */
export type PersonView = {
  id: string;
  name: string;
  email: string;
  href: string;
  role: string;
  /** Their colour while online, null while offline. */
  colour: number | null;
  owner: boolean;
  you: boolean;
  /** ISO 8601 of the last sign of them; null is never. Ignored while online. */
  lastActive: string | null;
  /** `required`: asked for and not set up. */
  twoFactor: PersonEntry['twoFactor'];
  /** ISO 8601 from which it is asked for; null: now, or not at all. */
  twoFactorFrom: string | null;
  /** `active` is grey text; everything else is an exception and gets a tag. */
  status: PersonEntry['status'];
  /** Link or initial password that a first sign-in waits for. */
  activation: PersonEntry['activation'];
  /** ISO 8601. */
  createdAt: string;
  /** State of one's own edits of them. */
  own: SubjectState | undefined;
};

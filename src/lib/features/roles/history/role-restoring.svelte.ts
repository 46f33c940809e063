import type { Session } from '$lib/client/session/session.svelte';
import type { RoleKind } from '$lib/core/roles/role-kinds';
import type { RefusedPart } from '$lib/core/roles/roles';
import { refusalWords } from '$lib/core/wording/refusals';
import { keptWords } from '$lib/shared/pending-edits/saving-words';
import { showToast } from '$lib/ui/toast.svelte';
import type { RestoreOffer, RestoreQuestion } from './restore-offer';
import { restoreRole, type RestoreOutcome } from './role-restore';

export type RestoringOptions = {
  session: Session;
  role(): { kind: RoleKind; id: string; name: string };
  /** The role is different now. */
  onrestored(): void;
};

/** Restores a version of a role, says how that ended, and takes it back. */
export class RoleRestoring {
  /** Its dialog is open. */
  asking = $state(false);
  /** The question as it stood when it was asked: what the dialog says is what is sent, whatever changes meanwhile. */
  question = $state.raw<RestoreQuestion | null>(null);
  /** Parts of a version that could not be restored; null when there are none. */
  refused = $state.raw<{ seq: number; parts: readonly RefusedPart[] } | null>(null);
  readonly #options: RestoringOptions;
  /** Role that the question is about: whoever takes the restore back may look at another role by then. */
  #role: { kind: RoleKind; id: string; name: string } | null = null;

  constructor(options: RestoringOptions) {
    this.#options = options;
  }

  ask(offer: RestoreOffer): void {
    if (offer.may !== 'yes') return;
    const { earlier, now, plan } = offer;
    this.#role = this.#options.role();
    this.question = { earlier, now, plan };
    this.asking = true;
  }

  /** Sends it. */
  restore(version: { seq: number; seen: number }): Promise<RestoreOutcome> {
    const { session, role } = this.#options;
    return restoreRole(session.outbox, this.#role ?? role(), version);
  }

  /** It was sent, and landed or is kept. */
  restored(from: number, to: number, outcome: Exclude<RestoreOutcome, { state: 'refused' }>): void {
    if (outcome.state === 'kept') return this.#sayKept();
    const { answer } = outcome;
    this.#tellRefused(to, answer?.refused);
    this.#options.onrestored();
    if (answer === null) showToast({ message: `Restored version ${to}` });
    else if (answer.seq === from) showToast({ message: `Nothing from version ${to} could be restored` });
    else showToast({ message: `Restored version ${to}`, undo: () => void this.#undo(from, answer.seq) });
  }

  /** Undoing a restore is a restore, too: of the version that was in force before. */
  async #undo(to: number, seen: number): Promise<void> {
    const outcome = await this.restore({ seq: to, seen });
    if (outcome.state === 'kept') return this.#sayKept();
    if (outcome.state === 'refused') {
      const { title } = refusalWords(outcome.refusal, this.#options.session.catalogue);
      showToast({ message: `Not undone. ${title}` });
    } else this.#tellRefused(to, outcome.answer?.refused);
    this.#options.onrestored();
  }

  #tellRefused(seq: number, parts: readonly RefusedPart[] = []): void {
    this.refused = parts.length > 0 ? { seq, parts } : null;
  }

  #sayKept(): void {
    showToast({ message: keptWords(this.#options.session.outbox) });
  }
}

import type { TreeNode } from '$lib/core/roles/tree';
import { showToast } from '$lib/ui/toast.svelte';
import { asksFirst, type BulkGesture } from './bulk-gesture';
import { bulkWords, reversalWords } from './bulk-words';
import type { Reversal } from './edit-history';
import type { RoleBuilder } from './role-builder.svelte';

/** The role that is worked on, as it is at the moment. */
export type GestureOptions = { builder(): RoleBuilder; name(): string; members(): number };

/** Ticks and unticks many permissions at once, and takes gestures back. What was done is told in a toast. */
export class RoleGestures {
  /** The gesture that is asked about before it is done; null: none. */
  question = $state.raw<BulkGesture | null>(null);
  readonly #options: GestureOptions;

  constructor(options: GestureOptions) {
    this.#options = options;
  }

  /** Every permission of the role, shown or not. */
  tickEverything(on: boolean): void {
    const { builder, name } = this.#options;
    this.#setMany({ ids: builder().shownIds(null), on, where: `in ${name()}` });
  }

  /** Every permission that the search and the filters show. */
  tickShown(on: boolean): void {
    const builder = this.#options.builder();
    const found = builder.view.search.trim();
    this.#setMany({
      ids: builder.shownIds(),
      on,
      where: found ? `found by “${found}”` : 'that are shown'
    });
  }

  tickBranch(node: TreeNode): void {
    this.#setMany({ ...this.#options.builder().branchGesture(node), where: `in ${node.label}` });
  }

  /** Does a gesture at once: it was confirmed, or needs no question. */
  setNow({ ids, on, where }: BulkGesture): void {
    const builder = this.#options.builder();
    const outcome = builder.setAll(ids, on);
    const gesture = builder.edits.lastGesture;
    const message = bulkWords(outcome, on, where);
    // Somebody who unticks what a search found wants to know what it did not find.
    builder.view.untickedShown = !on && builder.view.search.trim() !== '';
    if (outcome.changed === 0) showToast({ message });
    else
      showToast({
        message,
        undo: () => sayReversal(builder.edits.undo(gesture), 'Nothing left to undo')
      });
  }

  undo(): void {
    sayReversal(this.#options.builder().edits.undo(), 'Nothing to undo');
  }

  redo(): void {
    sayReversal(this.#options.builder().edits.redo(), 'Nothing to redo');
  }

  #setMany(gesture: BulkGesture): void {
    const { builder, members } = this.#options;
    const changes = builder().wouldChange(gesture.ids, gesture.on).allowed.length;
    if (asksFirst(changes, members())) this.question = gesture;
    else this.setNow(gesture);
  }
}

function sayReversal(reversal: Reversal | null, nothing: string): void {
  const message = reversal ? reversalWords(reversal) : nothing;
  if (message !== null) showToast({ message });
}

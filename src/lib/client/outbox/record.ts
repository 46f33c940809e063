import type { RecordRef } from '$lib/core/records';
import type { Refusal } from '$lib/core/access/refusal';
import type { WholeCommandName } from '$lib/core/commands';
import type { WholeCommandInput } from '$lib/protocol/commands/commands';

/** Subject of a change. Changes of one subject are sent in the order in which they were made. */
export type Subject =
  | 'roles'
  | 'userRoles'
  | 'profile'
  | RecordRef<'role' | 'user-role' | 'person' | 'settings' | 'user' | 'package'>;

/** A value that fits one cell or field. */
export type PartValue = string | number | boolean | null;

/** Change that an author wants to one permission or field, with what they knew. */
export type Part = {
  value: PartValue;
  /** Value before this edit, own earlier edits included. */
  from: PartValue;
  /** The version of the record that its author had on screen. */
  seen: number;
};

/** Parts by permission id or field name. */
export type Parts = Readonly<Record<string, Part>>;

/** A landed part: `own` when it is so because of this edit, and was not so already. */
export type CommittedPart = Part & { own: boolean };

/**
 * A command that is sent as it was asked for. Its input and answer hold no secret (LIV-4). An edit is one where it
 * is somebody else's that is applied whole (LIV-8).
 */
export type WholeCommand<N extends WholeCommandName = WholeCommandName> = {
  [K in N]: { readonly procedure: K; readonly input: WholeCommandInput<K> };
}[N];

/** An edit of values (`parts`), or one command. */
export type Change = { kind: 'edit'; parts: Parts } | ({ kind: 'command' } & WholeCommand);

/**
 * A refused change that is being handed to somebody. It is fixed on the device before it leaves, as every change
 * is: each try is the same request until its answer is known.
 */
export type Forwarding = { op: string; to: { id: string; name: string }; note: string };

/**
 * Stage of a change. `queued`: may still be amended. `sent`: fixed, since it may have arrived; asked again until an
 * answer comes. `held`: the server wants the password first; `amended` since it was sent. `landed`: committed with
 * that version, shown until the device's copy holds it. `refused`: kept with its reason until its author decides
 * (LIV-8); `partly`: the rest of a command is done.
 */
export type Stage =
  | { is: 'queued' }
  | { is: 'sent' }
  | { is: 'held'; amended?: true }
  | { is: 'landed'; seq: number }
  | { is: 'refused'; reason: Refusal; at: number; handing?: Forwarding; partly?: true };

/** One change, kept on the device from the moment it is made until it is settled. */
export type OutboxRecord = {
  /** Order on this device. */
  readonly n: number;
  /** The operation id, given when it was made: sending it again is safe. */
  readonly op: string;
  readonly subject: Subject;
  /** Name of the subject at the time: "Support". */
  readonly label: string;
  /** Time at which it was made, by this device's clock, in milliseconds since 1970. */
  readonly at: number;
  /** The same as ISO time, once it is fixed that the server is told. */
  readonly claimedAt?: string;
  readonly change: Change;
  readonly stage: Stage;
  /** The hand-over that it came back from. */
  readonly handover?: string;
};

export type Records = readonly OutboxRecord[];

/** Changes what is kept: a pure function, run on what is stored and on what is shown. */
export type Step = (records: Records) => Records;

/** Hand-over of a refused change that is under way; null when none is. */
export function forwardingOf({ stage }: OutboxRecord): Forwarding | null {
  return (stage.is === 'refused' && stage.handing) || null;
}

/** The part that a reason names: `passwords.minLength` is the part `minLength`. */
export function partNamed(reason: Refusal, parts: Parts): string | null {
  const { field } = { field: undefined, ...reason } as { field?: string };
  if (field === undefined) return null;
  return Object.keys(parts).find((key) => field === key || field.endsWith(`.${key}`)) ?? null;
}

/** True while it still has to be committed. */
export function isPending({ stage }: OutboxRecord): boolean {
  return stage.is === 'queued' || stage.is === 'sent' || stage.is === 'held';
}

/** True if it may be changed or taken back without asking the server. */
export function isAmendable({ stage }: OutboxRecord): boolean {
  return stage.is === 'queued' || stage.is === 'held';
}

/** Number of single edits in a change. */
export function sizeOf({ change }: OutboxRecord): number {
  if (change.kind === 'edit') return Object.keys(change.parts).length;
  // The word that something has landed is no change.
  return change.procedure === 'handovers.settle' ? 0 : 1;
}

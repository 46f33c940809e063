/**
 * Faults that are put into the code on purpose, one at a time, to see that the checker notices. Each is a switch that
 * the place it concerns asks for; none is on by itself.
 */
export const FAULTS = {
  // In the service.
  'an operation that was answered is done again': 'no-dedupe',
  'the answer leaves before the commit': 'early-answer',
  'authority is read when the request arrives': 'early-authority',
  'what a role grants is remembered for too long': 'stale-grants',
  'a session outlives the suspension of its person': 'suspended-acts',
  'whose a request is counts for nothing': 'anybodys-session',
  'a revocation does not win over many grants at once': 'bulk-ignores-revocation',
  'a field is overwritten whatever its author had seen': 'field-overwritten',
  'sensitive steps do not ask for the password': 'no-proof',
  'the sequencer forgets what a document must be told': 'touch-dropped',
  'the sequencer leaves a number out': 'number-skipped',
  'a document is written from a row of before': 'stale-row',
  'the log numbers entries in another order than they are chained': 'chain-broken',
  'a reader is not sent one of the changes': 'push-dropped',
  // On the device.
  'every try is another operation': 'op-renewed',
  'a sent change is forgotten before its answer': 'sent-forgotten',
  'a sent change may be amended after a reload': 'sent-reopened',
  'a page keeps changes to itself': 'memory-alone',
  'a refusal counts as success': 'refusal-accepted',
  'what was refused is asked for until it lands': 'refusal-retried',
  'a sent change is amended': 'sent-amended',
  'a refused part is thrown away': 'refusal-dropped',
  'what waits for the password is gone after a reload': 'held-lost',
  'what landed is let go of before the copy has it': 'landed-dropped',
  'the newest change is sent first': 'newest-first',
  'a change leaves before it is on the device': 'sent-unwritten',
  'the author is said to know what the server knows': 'seen-everything',
  'what does not fit on the device is thrown away': 'spill-lost'
} as const;

export type Fault = (typeof FAULTS)[keyof typeof FAULTS];

/** Fault that the database model and what is around the services are asked to make; null: none. */
export const fault: { on: Fault | null } = { on: null };

export function isOn(which: Fault): boolean {
  return fault.on === which;
}

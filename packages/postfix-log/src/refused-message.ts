/** A message that Postfix did not take, though it may have been approved. */
export type RefusedMessage = {
  queueId: string;
  /** True if the line may come before the approval: headers are looked at while the message still comes in. */
  early: boolean;
};

/**
 * `Nov 29 17:03:11 mx1 postfix/cleanup[4711]: 4XyZ…: what happened`, or with an ISO time; the name before the slash
 * is the instance's. From the beginning of the line on: what follows the process is partly the sender's own words.
 */
const LINE =
  /^(?:\w{3} [ \d]\d [\d:]{8}|\d{4}-\d\d-\d\dT\S+) \S+ [\w.-]+(?:\/[\w.-]+)*\/(smtpd|cleanup)\[\d+\]: (.*)$/;
const ID = '([0-9A-Za-z]{6,40})';

/**
 * Lines that the processes write when a whole message is refused. A refused recipient is none, so `reject: RCPT` is
 * not here.
 */
const ENDINGS: readonly { by: string; text: RegExp; early: boolean }[] = [
  {
    by: 'cleanup',
    text: new RegExp(`^${ID}: reject: (?:(?:mime-|nested-)?header|body|mime-error) `),
    early: true
  },
  { by: 'cleanup', text: new RegExp(`^${ID}: milter-reject: END-OF-MESSAGE `), early: false },
  {
    by: 'cleanup',
    text: new RegExp(`^warning: ${ID}: (?:queue file size limit exceeded|write queue file: )`),
    early: true
  },
  { by: 'smtpd', text: new RegExp(`^${ID}: reject: END-OF-MESSAGE `), early: false }
];

/** The message that a line of Postfix's log says was refused; null: none. */
export function refusedMessageIn(line: string): RefusedMessage | null {
  const [, process, text = ''] = LINE.exec(line) ?? [];
  for (const ending of ENDINGS) {
    if (ending.by !== process) continue;
    const queueId = ending.text.exec(text)?.[1];
    if (queueId !== undefined) return { queueId, early: ending.early };
  }
  return null;
}

/**
 * True if an id never comes again, as with `enable_long_queue_ids = yes`: any other id may be given to a later
 * message.
 */
export function isLongId(queueId: string): boolean {
  return /^[0-9A-Za-z]{10,}z[0-9A-Za-y]+$/.test(queueId);
}

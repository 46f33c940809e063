import { callerId, type Caller } from '../../write-path/caller';
import type { RefusalOr } from '../../write-path/refusal-or';

/** Questions of one caller that wait for their turn: as many as one request can ask. */
const MOST_WAITING = 10;

/** The last question of everybody who has asked one, and how many of theirs are not answered yet. */
const lines = new Map<string, { last: Promise<unknown>; length: number }>();

/**
 * Asks the log a question that may take long, one at a time of each caller and process (SECURITY H-08), so that
 * nobody keeps all connections busy; others wait in a line. A visit is a caller of its own: whoever looks in a user's
 * place does not hold the user up. All keys of a user stand in one line with it, since it may have many. The right to
 * ask belongs into `question`: it is looked at when its turn has come.
 */
export async function inTurn<T>(
  caller: Pick<Caller, 'session' | 'key'>,
  question: () => Promise<RefusalOr<T>>
): Promise<RefusalOr<T>> {
  const asker = lineOf(caller);
  if (asker === null) return question();
  const line = lines.get(asker) ?? { last: Promise.resolve(), length: 0 };
  if (line.length > MOST_WAITING) return { refused: { code: 'busy', retryAfter: 1 } };
  lines.set(asker, line);
  line.length++;
  const turn = line.last.then(question);
  // How this one ends is its own caller's matter.
  line.last = turn.catch(() => undefined);
  try {
    return await turn;
  } finally {
    line.length--;
    if (line.length === 0) lines.delete(asker);
  }
}

function lineOf({ session, key }: Pick<Caller, 'session' | 'key'>): string | null {
  if (session?.visit) return session.sid;
  return key?.holder.type === 'user' ? key.holder.id : callerId({ session, key });
}

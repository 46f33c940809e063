import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ACTING_AS } from '../../../src/lib/protocol/acting-as';
import { openRaw, STEP_1 } from '../raw-socket';
import type { ApiClient } from '../api-client';
import { AT_LAST_MS } from '../at-last';
import { send } from '../http-request';
import { askedOfAnother, type AskedOfAnother, type Subject } from './asked-of-another';

// Every door × every way in which scope is lost × whose it is: executed as one caller, with what the answers give away.

/** Somebody whose things the caller must not see. */
export type Other = Subject & {
  /** Texts that must be in no answer: ids, names, addresses that nobody else has. */
  secrets: readonly string[];
};

export type Cell = { door: string; fault: string; whose: string };
export type Leak = Cell & { how: 'shows it' | 'tells that it is there' | 'opens'; seen: string };
export type Outcome = { cells: number; leaks: Leak[]; failed: Set<string> };

/** Ends the session that asks, begins another, or writes what is asked about into the record of whoever asks. */
export const ABOUT_ONESELF = [
  'me.update',
  'auth.signOut',
  'auth.signIn',
  'auth.acceptInvitation',
  'setup.createOwner'
];

type Answer = { status: number; body: string };

/** Calls as a page does, whatever a procedure is; in a visit, as the client is in one. */
export async function ask(
  client: ApiClient,
  call: { procedure: string; isQuery: boolean; input: object }
): Promise<Answer> {
  const { procedure, isQuery, input } = call;
  const given = isQuery ? `?input=${encodeURIComponent(JSON.stringify(input))}` : '';
  return send(`${client.origin}/trpc/${procedure}${given}`, {
    method: isQuery ? 'GET' : 'POST',
    headers: {
      ...(client.key === null ? { cookie: cookieOf(client) } : { authorization: `Bearer ${client.key}` }),
      ...(client.as === null ? {} : { [ACTING_AS]: client.as }),
      ...(isQuery ? {} : { 'content-type': 'application/json', origin: client.origin })
    },
    ...(isQuery ? {} : { body: JSON.stringify(input) })
  });
}

/** The session, and the visit beside it. */
export function cookieOf({ cookie, visit }: ApiClient): string {
  return [cookie, visit].filter(Boolean).join('; ');
}

/**
 * Asks every procedure about these, and about nobody: what differs says that it is there.
 * @param only which are asked; else all
 */
export async function walkProcedures(
  client: ApiClient,
  others: Readonly<Record<string, Other>>,
  only: (asked: AskedOfAnother) => boolean = () => true
): Promise<Outcome> {
  const outcome: Outcome = { cells: 0, leaks: [], failed: new Set() };
  const calls = askedOfAnother().filter((call) => !ABOUT_ONESELF.includes(call.procedure) && only(call));
  for (const call of calls) {
    const never = new Map<string, Promise<string>>();
    /** The same of somebody who never was, spelt alike. */
    const ofNobody = (of: string) => {
      const like = likeNobody(of);
      const asked = () => ask(client, { ...call, input: call.input(like.text) });
      const known = never.get(like.shape) ?? asked().then((answer) => plain(answer, like.text));
      never.set(like.shape, known);
      return known;
    };
    for (const [whose, other] of Object.entries(others))
      // A list is asked for as it is.
      for (const of of call.fault === 'list' ? other.words.slice(0, 1) : other[call.takes]) {
        const { procedure: door, fault } = call;
        outcome.cells += 1;
        const answer = await ask(client, { ...call, input: call.input(of) });
        if (answer.status >= 500) outcome.failed.add(door);
        const seen = other.secrets.find((secret) => secret !== of && answer.body.includes(secret));
        if (seen !== undefined) outcome.leaks.push({ door, fault, whose, how: 'shows it', seen });
        else if (call.fault !== 'list' && plain(answer, of) !== (await ofNobody(of))) {
          const how = 'tells that it is there' as const;
          outcome.leaks.push({
            door,
            fault,
            whose,
            how,
            seen: `${plain(answer, of)} ≠ ${await ofNobody(of)}`.slice(0, 600)
          });
        }
      }
  }
  return outcome;
}

/** Opens every document: those of all, of roles, of one's own as another's copy. */
export async function walkDocuments(
  client: ApiClient,
  others: Readonly<Record<string, Other & { documents: readonly string[] }>>
): Promise<Outcome> {
  const outcome: Outcome = { cells: 0, leaks: [], failed: new Set() };
  for (const [whose, other] of Object.entries(others))
    for (const door of other.documents) {
      outcome.cells += 1;
      using socket = await openRaw(client, door);
      if (socket.socket.readyState === socket.socket.OPEN) socket.send(STEP_1);
      const isOver = () => socket.socket.readyState === socket.socket.CLOSED;
      await Promise.race([socket.closed, until(() => socket.frames.length > 0 || isOver())]);
      const shown = () => {
        const text = Buffer.concat(socket.frames).toString('utf8');
        return other.secrets.find((secret) => text.includes(secret));
      };
      if (isOver() && shown() === undefined) continue;
      // Whatever it is of, it was opened; what comes with its first move is looked at for whose it is.
      await sleep(1200);
      // Gauges of somebody come with a move of theirs, however late that is on this machine.
      const isOfSomebody = door.startsWith('own') && other.secrets.length > 0;
      for (const end = performance.now() + AT_LAST_MS; isOfSomebody && performance.now() < end && !shown();)
        await sleep(25);
      const seen = shown() ?? 'a document that was opened';
      outcome.leaks.push({ door, fault: 'live document', whose, how: 'opens', seen });
    }
  return outcome;
}

async function until(is: () => boolean): Promise<'opened'> {
  for (;;) {
    if (is()) return 'opened';
    await sleep(10);
  }
}

/**
 * An answer without what differs from call to call: what was asked about, the request, ids that were made, and moments.
 */
export function plain({ status, body }: Answer, of: string): string {
  return `${status} ${body
    .replaceAll(JSON.stringify(of).slice(1, -1), '<it>')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)?/g, '<moment>')
    .replace(/"retryAfter":\d+/g, '"retryAfter":<n>')}`;
}

const CROCKFORD = 'abcdefghijklmnopqrstuvwxyz234567';

/** Something spelt like this that is nobody's. */
export function likeNobody(of: string): { shape: string; text: string } {
  if (/^[0-9a-f]{8}-/.test(of)) return { shape: 'id', text: randomUUID() };
  if (/^[a-z2-7]{26}$/.test(of))
    return {
      shape: 'session',
      text: Array.from({ length: 26 }, () => CROCKFORD[Math.floor(Math.random() * 32)]).join('')
    };
  if (/^sender_[0-9a-f]{8}$/.test(of)) return { shape: 'role', text: `sender_${randomUUID().slice(0, 8)}` };
  if (of.includes('@'))
    return { shape: 'address', text: `nobody-${randomUUID().slice(0, 8)}@orchard.example` };
  if (!of.includes(' ')) return { shape: 'login', text: `nobody-relay-${randomUUID().slice(0, 8)}` };
  return { shape: 'word', text: `Nobody ${randomUUID().slice(0, 8)}` };
}

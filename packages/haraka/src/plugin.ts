import { fateOf, type Queued } from './fate.ts';
import { CONT, DENY, DENYSOFT, DISCONNECTING, type Connection, type Next, type Plugin } from './haraka.ts';
import { Ledger, type Refusal } from './ledger.ts';
import { Notebook } from './notebook.ts';
import { readOptions, type Options } from './options.ts';
import { Passage, type Hands } from './passage.ts';
import { Settler } from './settler.ts';

/** Caps of Rolecall in Haraka. Mail of whoever did not sign in is no business of caps: nothing here touches it. */

type Running = { options: Options; ledger: Ledger; settler: Settler; hands: Hands; sweep: NodeJS.Timeout };

/** Interval of the search for what killed processes left, in milliseconds. */
const SWEEP_MS = 30_000;
const FIRST = -100;
const LAST = 100;
/** Words of Haraka for a plugin that did not answer: it may still do what it was asked for. */
const PLUGIN_TIMEOUT = 'plugin timeout';

/** One for each process of Haraka, which loads a plugin once. */
let running: Running | undefined;
const passages = new WeakMap<object, Passage>();
/** Transactions whose sender was looked at. */
const looked = new WeakSet<object>();
/** Transactions that no other queue took: they are Haraka's own. */
const ownQueue = new WeakSet<object>();

export function register(this: Plugin): void {
  running = start(this);
  this.register_hook('rcpt', 'look');
  // After what judges the content: whoever is refused there needs no reservation.
  this.register_hook('data_post', 'reserve', LAST);
  for (const hook of ['queue', 'queue_outbound']) {
    this.register_hook(hook, 'toQueues', FIRST);
    this.register_hook(hook, 'toHaraka', LAST);
  }
  this.register_hook('queue_ok', 'queued');
  this.register_hook('deny', 'denied');
  // Haraka calls this for RSET, refusals, and whoever goes away, and after a message was queued.
  this.register_hook('reset_transaction', 'reset');
}

function start(plugin: Plugin): Running {
  const options = readOptions(plugin.config.get('rolecall.ini').main, process.env);
  const ledger = new Ledger(options);
  const notebook = new Notebook(options.stateDir);
  const warn = (text: string) => plugin.logwarn(text);
  const settler = new Settler({ ledger, notebook, warn });
  const hands: Hands = {
    reserve: (ask) => ledger.reserve(ask),
    passesWhenUnreachable: options.passesWhenUnreachable,
    note: (note) => notebook.write(note),
    sent: (note) => settler.sent(note),
    notSent: (note) => settler.notSent(note),
    unanswered: (ask) => settler.unanswered(ask),
    sentUnanswered: (ask) => settler.sentUnanswered(ask)
  };
  // Whether it was queued nobody can say any more: it is counted, never too little.
  const takeOver = (isFirst: boolean) => notebook.takeOver(isFirst).forEach((note) => settler.sent(note));
  takeOver(true);
  const sweep = setInterval(() => takeOver(false), SWEEP_MS).unref();
  return { options, ledger, settler, hands, sweep };
}

export function shutdown(): void {
  clearInterval(running?.sweep);
  running?.settler.stop();
}

/** Whoever has nothing left is told at their first recipient, before the message is sent. */
export function look(next: Next, connection: Connection): void {
  const { transaction } = connection;
  const login = loginOf(connection);
  if (!running || !transaction || login === null || looked.has(transaction)) return next();
  looked.add(transaction);
  void running.ledger.look(login).then((refusal) => (refusal ? refuse(next, refusal) : next()));
}

export function reserve(next: Next, connection: Connection): void {
  const { transaction } = connection;
  const login = loginOf(connection);
  if (!running || !transaction || login === null) return next();
  const { options, hands } = running;
  const key = `haraka/${options.name}/${transaction.uuid}`;
  const passage = new Passage({ login, units: transaction.rcpt_to.length, key }, hands);
  passages.set(transaction, passage);
  void passage.request().then((verdict) => (verdict === 'pass' ? next() : refuse(next, verdict)));
}

/** Any queue may take it from here on. */
export function toQueues(next: Next, { transaction }: Connection): void {
  if (transaction) passages.get(transaction)?.queueing();
  next();
}

/** No other queue took it. */
export function toHaraka(next: Next, { transaction }: Connection): void {
  if (transaction) ownQueue.add(transaction);
  next();
}

export function queued(next: Next, { transaction }: Connection): void {
  if (transaction) passages.get(transaction)?.sent();
  next();
}

/** @param params the code, the text, the plugin, its method, its parameters, and the hook that refused */
export function denied(next: Next, { transaction }: Connection, params: readonly unknown[]): void {
  const passage = transaction ? passages.get(transaction) : undefined;
  const [, text, , , , hook] = params;
  if (passage && String(hook).startsWith('queue')) {
    if (text === PLUGIN_TIMEOUT) passage.sent();
    else passage.notSent();
  }
  next();
}

export function reset(next: Next, connection: Connection): void {
  const { transaction } = connection;
  const passage = transaction ? passages.get(transaction) : undefined;
  // Haraka tells nobody whether it queued the message of a client that is gone.
  if (transaction && passage?.isQueueing && connection.state >= DISCONNECTING)
    void settleLater(passage, () => fateOf(transaction, ownQueue.has(transaction)));
  else passage?.notSent();
  next();
}

async function settleLater(passage: Passage, fate: () => Promise<Queued>): Promise<void> {
  if ((await fate()) === 'queued') passage.sent();
  else passage.notSent();
}

function refuse(next: Next, { smtp }: Refusal): void {
  if (smtp === null) return next(CONT);
  // Haraka says 450 and 550 itself.
  next(smtp.startsWith('5') ? DENY : DENYSOFT, smtp.slice('451 '.length));
}

function loginOf({ notes }: Connection): string | null {
  const login = notes.auth_user;
  return typeof login === 'string' && login !== '' ? login : null;
}

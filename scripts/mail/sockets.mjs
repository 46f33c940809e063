import { connect } from 'node:net';
import { listen } from '../stage.mjs';

/** Says yes to every login, as Dovecot's authentication server does: Postfix then knows who sends. */
export function dovecotAuth() {
  return listen((socket) => {
    socket.on('error', () => undefined);
    socket.write('VERSION\t1\t1\nMECH\tPLAIN\tplaintext\nSPID\t1\nCUID\t1\nCOOKIE\t00\nDONE\n');
    let text = '';
    socket.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => {
      text += chunk;
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n')) {
        const [word, id, ...rest] = text.slice(0, end).split('\t');
        text = text.slice(end + 1);
        if (word !== 'AUTH') continue;
        const response = rest.find((part) => part.startsWith('resp='))?.slice('resp='.length) ?? '';
        const user = Buffer.from(response, 'base64').toString('utf8').split('\0')[1];
        socket.write(`OK\t${id}\tuser=${user}\n`);
      }
    });
  });
}

/**
 * Stands between Postfix and the policy service, and swallows every so many answers to the end of a message, of each
 * message one at most: Postfix asks twice. (Of a message that loses both answers Postfix says 451; its recipients
 * were counted.)
 * @param {number} to the port of the policy service
 * @param {number} every
 */
export async function losingAnswers(to, every) {
  let answers = 0;
  /** @type {Set<string>} */
  const spared = new Set();
  const lost = { n: 0 };
  const { port, close } = await listen((socket) => {
    const service = connect(to, '127.0.0.1');
    let state = '';
    let instance = '';
    socket.on('error', () => service.destroy()).on('close', () => service.destroy());
    service.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    socket.on('data', (/** @type {Buffer} */ chunk) => {
      const text = chunk.toString('latin1');
      state = /protocol_state=(\S+)/.exec(text)?.[1] ?? state;
      instance = /instance=(\S+)/.exec(text)?.[1] ?? instance;
      service.write(chunk);
    });
    service.on('data', (chunk) => {
      if (state === 'END-OF-MESSAGE' && !spared.has(instance) && ++answers % every === 0) {
        lost.n += 1;
        spared.add(instance);
        socket.destroy();
      } else socket.write(chunk);
    });
  });
  return { port, lost, close };
}

/** Milliseconds without a word from the server after which it is given up. */
const SILENCE_MS = 30_000;

/** An SMTP session of somebody who signed in. */
export class SmtpSession {
  #socket;
  #text = '';
  /** @type {() => void} */
  #wake = () => undefined;

  /** @param {import('node:net').Socket} socket */
  constructor(socket) {
    this.#socket = socket.setEncoding('utf8');
    socket.on('error', () => undefined);
    socket.on('data', (/** @type {string} */ chunk) => {
      this.#text += chunk;
      this.#wake();
    });
    socket.on('close', () => this.#wake());
    socket.setTimeout(SILENCE_MS, () => socket.destroy());
  }

  /**
   * @param {number} port
   * @param {string} login
   */
  static async open(port, login) {
    const session = new SmtpSession(connect(port, '127.0.0.1'));
    await session.#reply();
    await session.say('EHLO client.example');
    const signedIn = await session.say(`AUTH PLAIN ${Buffer.from(`\0${login}\0secret`).toString('base64')}`);
    if (!signedIn.startsWith('235')) throw new Error(`sign-in: ${signedIn}`);
    return session;
  }

  /** @param {string} line */
  async say(line) {
    this.#socket.write(`${line}\r\n`);
    return this.#reply();
  }

  /**
   * Sends a message; the answer to the first thing that was refused, or to its end.
   * @param {{ from: string, recipients: number, header?: string, onEnd?: () => void }} message onEnd: called when its
   * end was sent
   */
  async send({ from, recipients, header = 'Subject: test', onEnd = () => undefined }) {
    const begun = await this.say(`MAIL FROM:<${from}>`);
    if (!begun.startsWith('250')) return begun;
    for (let n = 0; n < recipients; n++) {
      const answer = await this.say(`RCPT TO:<r${n}@elsewhere.example>`);
      if (!answer.startsWith('250')) return answer;
    }
    const answer = await this.say('DATA');
    if (!answer.startsWith('354')) return answer;
    this.#socket.write(`${header}\r\n\r\nHello\r\n.\r\n`);
    onEnd();
    return this.#reply();
  }

  vanish() {
    this.#socket.destroy();
  }

  async #reply() {
    for (;;) {
      const whole = /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/.exec(this.#text);
      if (whole) {
        this.#text = this.#text.slice(whole[0].length);
        return whole[0].trim();
      }
      if (this.#socket.destroyed) throw new Error('the mail server closed');
      await new Promise((resolve) => (this.#wake = () => resolve(undefined)));
    }
  }
}

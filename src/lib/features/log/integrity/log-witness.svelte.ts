import { v4 as uuid } from 'uuid';
import { heldSize, judgeCheckpoint, type LogFault } from '$lib/core/log/witness';
import type { Verify } from '$lib/core/log/note';
import { api } from '$lib/client/api/api';
import { perSession } from '$lib/client/session/per-session';
import { read, write } from './witness-store';

/** Finding of this device about the log. */
export type LogNotice =
  | { kind: 'inconsistent'; fault: LogFault; seen: number; now: number }
  | { kind: 'restored'; seen: number; now: number };

const EVERY_MS = 60_000;
/** Several documents reconnect at once: they are one reason to look. */
const TOGETHER_MS = 300;

/**
 * This browser as a witness of the log (LOG-6): it keeps the last checkpoint it verified, and whenever it reaches
 * the server it demands the proof that the log grew from it.
 */
export class LogWitness {
  notice = $state.raw<LogNotice | null>(null);
  /** The checkpoint that the log does not continue: the evidence. */
  evidence = $state.raw<string | null>(null);
  /** Number of entries verified last; null before the first time. */
  verified = $state<number | null>(null);
  #reported: string | null = null;
  #checking = false;
  #again = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #interval: ReturnType<typeof setInterval> | undefined;

  /** Looks now and then from here on; the result ends it. */
  start(): () => void {
    const { restored } = read() ?? {};
    if (restored) this.notice = { kind: 'restored', ...restored };
    this.#interval = setInterval(() => this.look(), EVERY_MS);
    this.look();
    return () => {
      clearInterval(this.#interval);
      clearTimeout(this.#timer);
    };
  }

  /** The server was reached: look soon. */
  look(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#check(), TOGETHER_MS);
  }

  /** Somebody read that the console was restored. */
  dismissRestored(): void {
    const stored = read();
    if (stored) write({ held: stored.held });
    if (this.notice?.kind === 'restored') this.notice = null;
  }

  async #check(): Promise<void> {
    if (this.#checking) {
      this.#again = true;
      return;
    }
    this.#checking = true;
    try {
      await this.#judge();
    } catch {
      // No answer, or signed out: nothing was learned. The next contact asks again.
    } finally {
      this.#checking = false;
      if (this.#again) {
        this.#again = false;
        this.look();
      }
    }
  }

  async #judge(): Promise<void> {
    const stored = read();
    const held = stored?.held ?? null;
    const told = await api.log.checkpoint.query(held ? { since: heldSize(held) } : {});
    const verdict = await judgeCheckpoint(held, told, { hash: sha256, verify: await verifier() });
    if (verdict.state === 'nothing') return;
    if (verdict.state === 'inconsistent') {
      const { fault, seen, now } = verdict;
      this.notice = { kind: 'inconsistent', fault, seen, now };
      this.evidence = held?.note ?? told.note;
      if (held) await this.#report(held.note);
      return;
    }
    this.evidence = null;
    if (verdict.state === 'restored') {
      const restored = { seen: verdict.seen, now: verdict.now };
      write({ held: verdict.held, restored });
      this.notice = { kind: 'restored', ...restored };
      return;
    }
    this.verified = verdict.size;
    // Another tab may have seen more in the meantime; what it saw stays.
    const present = read()?.held;
    if (present?.epoch !== verdict.held.epoch || heldSize(present) < verdict.size)
      write({ ...stored, held: verdict.held });
    if (this.notice?.kind === 'inconsistent') this.notice = null;
  }

  /** Tells the server what it lost, once: the checkpoint proves it. */
  async #report(note: string): Promise<void> {
    if (this.#reported === note) return;
    await api.log.reportInconsistent.mutate({ op: uuid(), note });
    this.#reported = note;
  }
}

/** The witness of a session. */
export const witnessOf = perSession(() => new LogWitness());

async function sha256(data: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', data.slice()));
}

let able: Promise<Verify | null> | null = null;

/** Ed25519 of the browser itself: Chrome 137, Firefox 129, Safari 17 have it. Null in older ones. */
function verifier(): Promise<Verify | null> {
  return (able ??= importKey(new Uint8Array(32)).then(
    () => check,
    (error: unknown) => (error instanceof DOMException && error.name === 'NotSupportedError' ? null : check)
  ));
}

const check: Verify = async (publicKey, signature, message) =>
  crypto.subtle.verify('Ed25519', await importKey(publicKey), signature.slice(), message.slice());

function importKey(publicKey: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', publicKey.slice(), 'Ed25519', false, ['verify']);
}

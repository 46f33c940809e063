import { v4 as uuid } from 'uuid';
import type { Refusal } from '$lib/core/access/refusal';
import { api, isConnectionFault, refusalOf } from '$lib/client/api/api';
import { filePicker, type FileSink } from './file-sink';

/** State of an export. */
export type ExportState =
  | { state: 'idle' }
  /** The server is asked, maybe the password. */
  | { state: 'asking' }
  | { state: 'running' }
  | { state: 'done' }
  | { state: 'cancelled' }
  /** Broken file: what there is of it is not whole. */
  | { state: 'broken' }
  /** The browser does not let the chosen file be written: nothing was exported. */
  | { state: 'unwritable' }
  | { state: 'refused'; refusal: Refusal };

type Progress = { state: string; position: number; upTo: number; entries: number; bytes: number };

/** Functions of the browser and the server that an export needs. */
export type ExportTools<Input> = {
  begin(asked: Input & { op: string }): Promise<{ id: string; href: string }>;
  progress(id: string): Promise<Progress>;
  cancel(id: string): Promise<unknown>;
  /** Lets somebody choose a file; null where the browser saves files by itself. */
  pick: ((name: string) => Promise<FileSink | null>) | null;
  fetch(href: string, signal: AbortSignal): Promise<Response>;
  /** Hands an address to the browser, which saves what is there. */
  download(href: string, name: string): void;
  wait(ms: number): Promise<void>;
};

const LOOK_MS = 700;
/** A browser that has not begun by then will not. */
const UNFETCHED_LOOKS = 20;
/** A server that does not answer so many times in a row is not there. */
const LOST_LOOKS = 20;
const LINE_END = 0x0a;

/** One export, of the log or of a list, from the question to the file. */
export class ExportJob<Input extends object> {
  status = $state.raw<ExportState>({ state: 'idle' });
  entries = $state(0);
  bytes = $state(0);
  /** Share that has been looked through, 0 to 1; null while that is not known. */
  share = $state<number | null>(null);
  readonly #tools: ExportTools<Input>;
  #id: string | null = null;
  #abort = new AbortController();

  /** @param tools `begin` alone, in a browser: the rest is the browser's own */
  constructor(tools: Pick<ExportTools<Input>, 'begin'> & Partial<ExportTools<Input>>) {
    this.#tools = { ...browserTools(), ...tools };
  }

  get busy(): boolean {
    return this.status.state === 'asking' || this.status.state === 'running';
  }

  async start(asked: Input, name: string): Promise<void> {
    if (this.busy) return;
    this.status = { state: 'asking' };
    this.#abort = new AbortController();
    [this.entries, this.bytes, this.share] = [0, 0, null];
    this.#id = null;
    // First: a browser lets nobody choose a file but right after a press.
    const file = await this.#choose(name);
    if (file === 'none' || file === 'unwritable') {
      this.status = { state: file === 'none' ? 'idle' : 'unwritable' };
      return;
    }
    this.status = await this.#run(asked, name, file);
    if (this.status.state !== 'done') await file?.discard();
  }

  /** Ends it; the server says so in the log. */
  async cancel(): Promise<void> {
    this.#abort.abort();
    if (this.#id !== null) await this.#tools.cancel(this.#id).catch(() => undefined);
  }

  /** The file that was chosen; null: this browser saves files by itself. */
  async #choose(name: string): Promise<FileSink | null | 'none' | 'unwritable'> {
    if (!this.#tools.pick) return null;
    try {
      return (await this.#tools.pick(name)) ?? 'none';
    } catch {
      return 'unwritable';
    }
  }

  async #run(asked: Input, name: string, file: FileSink | null): Promise<ExportState> {
    try {
      const begun = await this.#tools.begin({ ...asked, op: uuid() });
      this.#id = begun.id;
      if (this.#abort.signal.aborted) {
        await this.cancel();
        return { state: 'cancelled' };
      }
      this.status = { state: 'running' };
      return file ? await this.#write(begun, file) : await this.#watch(begun, name);
    } catch (error) {
      if (this.#abort.signal.aborted) return { state: 'cancelled' };
      const refusal = refusalOf(error);
      return refusal ? { state: 'refused', refusal } : { state: 'broken' };
    }
  }

  /** Writes what comes into the file that was chosen. */
  async #write(begun: { href: string }, file: FileSink): Promise<ExportState> {
    const response = await this.#tools.fetch(begun.href, this.#abort.signal);
    if (!response.ok || !response.body) return { state: 'broken' };
    // Its first line are the names of the columns, or what the file is.
    let lines = -1;
    // A response that is cut short fails here: it never looks whole.
    for (const reader = response.body.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) break;
      await file.write(value);
      for (const byte of value) if (byte === LINE_END) lines += 1;
      this.entries = Math.max(0, lines);
      this.bytes += value.length;
    }
    await file.close();
    await this.#settle();
    return { state: 'done' };
  }

  /** The server knows how many of the lines were entries. */
  async #settle(): Promise<void> {
    if (this.#id === null) return;
    const known = await this.#tools.progress(this.#id).catch(() => null);
    if (known?.state === 'finished') this.entries = known.entries;
  }

  /** Lets the browser save it, and asks the server how far it is. */
  async #watch(begun: { id: string; href: string }, name: string): Promise<ExportState> {
    this.#tools.download(begun.href, name);
    for (let [unfetched, lost] = [0, 0]; unfetched < UNFETCHED_LOOKS && lost < LOST_LOOKS;) {
      await this.#tools.wait(LOOK_MS);
      const known = this.#abort.signal.aborted ? null : await this.#look(begun.id);
      if (this.#abort.signal.aborted) return { state: 'cancelled' };
      lost = known === null ? lost + 1 : 0;
      if (known === null) continue;
      if (known.state === 'offered') unfetched += 1;
      this.entries = known.entries;
      this.bytes = known.bytes;
      this.share = known.upTo === 0 ? null : known.position / known.upTo;
      if (known.state === 'finished') return { state: 'done' };
      if (known.state === 'cancelled') return { state: 'cancelled' };
      if (known.state === 'broken') return { state: 'broken' };
    }
    await this.cancel();
    return { state: 'broken' };
  }

  /** Progress of the server; null: no answer. @throws what it refuses, as to somebody who has signed out */
  #look(id: string): Promise<Progress | null> {
    return this.#tools.progress(id).catch((error: unknown) => {
      if (isConnectionFault(error)) return null;
      throw error;
    });
  }
}

function browserTools(): Omit<ExportTools<unknown>, 'begin'> {
  return {
    progress: (id) => api.log.exportProgress.query({ id }),
    cancel: (id) => api.log.cancelExport.mutate({ op: uuid(), id }),
    pick: filePicker(),
    fetch: (href, signal) => fetch(href, { signal }),
    download(href, name) {
      const link = document.createElement('a');
      link.href = href;
      link.download = name;
      link.click();
    },
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms))
  };
}

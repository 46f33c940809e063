import { serverNow } from '$lib/client/api/server-clock';
import { api } from '$lib/client/api/api';
import { Loadable } from '$lib/client/api/loadable.svelte';
import { logInput, type LogFilter, type LogView } from '../list/log-query';
import { Paced } from '$lib/client/api/paced';

export type LogChartAnswer = Awaited<ReturnType<typeof api.log.chart.query>>;

/** Milliseconds between two looks at the server at least, however much happens. */
const REST = 10_000;

/** Number of entries that fit a filter, over time: the server's, asked for again when something arrives. */
export class LogChart {
  readonly #chart = new Loadable<LogChartAnswer>();
  readonly #view: LogView;
  readonly #look = new Paced(REST, () => this.#ask());
  #filter: LogFilter | null = null;

  constructor(view: LogView) {
    this.#view = view;
  }

  /** Null while nothing is known; else the last known numbers: the connection pill says when they are old. */
  get chart(): LogChartAnswer | null {
    return this.#chart.value;
  }

  async show(filter: LogFilter): Promise<void> {
    this.#filter = filter;
    await this.#look.now();
  }

  /** Something may have changed. */
  refresh(): void {
    if (this.#filter !== null) this.#look.soon();
  }

  stop(): void {
    this.#look.stop();
    this.#chart.stop();
  }

  async #ask(): Promise<void> {
    const filter = this.#filter;
    if (filter === null) return;
    const offset = -new Date(serverNow()).getTimezoneOffset();
    const input = { ...logInput(this.#view, filter, serverNow()), offset };
    await this.#chart.ask(() => api.log.chart.query(input));
  }
}

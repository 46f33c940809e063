import { api } from './api';
import { logInput, type LogFilter, type LogView } from './log-query';

export type LogChartAnswer = Awaited<ReturnType<typeof api.log.chart.query>>;

/** At most one look at the server in this time, however much happens. */
const REST = 10_000;

/** How many entries fit a filter over time. The numbers are the server's, asked for again when something arrives. */
export class LogChart {
  chart = $state.raw<LogChartAnswer | null>(null);
  readonly #view: LogView;
  #filter: LogFilter | null = null;
  #asked = 0;
  #askedAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(view: LogView) {
    this.#view = view;
  }

  async show(filter: LogFilter): Promise<void> {
    this.#filter = filter;
    this.#askedAt = Date.now();
    const asked = ++this.#asked;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const offset = -new Date().getTimezoneOffset();
    try {
      const chart = await api.log.chart.query({ ...logInput(this.#view, filter, Date.now()), offset });
      if (asked === this.#asked) this.chart = chart;
    } catch {
      // The last known numbers stay; the connection pill says why they are old.
    }
  }

  /** Something may have changed. */
  refresh(): void {
    const filter = this.#filter;
    if (filter === null || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => void this.show(filter), Math.max(0, this.#askedAt + REST - Date.now()));
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#asked += 1;
  }
}

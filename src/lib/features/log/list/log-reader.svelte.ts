import { serverNow } from '$lib/client/api/server-clock';
import { LogChart } from '../chart/log-chart.svelte';
import { LogPages } from './log-pages.svelte';
import type { LogFilter, LogView } from './log-query';

/** Reads a view of the log: its entries and their chart, for one filter at a time. */
export class LogReader {
  readonly pages: LogPages;
  readonly chart: LogChart;
  /** Time at which the screen was last known to show all there is, in ms since 1970; null when never yet. */
  askedAt = $state<number | null>(null);
  asking = $state(false);
  /** The newest entry when the filter was asked for: what is newer came since. */
  seen = $state(Infinity);

  constructor(view: LogView) {
    this.pages = new LogPages(view);
    this.chart = new LogChart(view);
  }

  /** Asks for the entries and the chart of a filter. */
  async show(filter: LogFilter): Promise<void> {
    const { pages, chart } = this;
    this.asking = true;
    await Promise.all([pages.show(filter), chart.show(filter)]);
    if (pages.status.state === 'loaded') {
      this.askedAt = serverNow();
      this.seen = pages.entries[0]?.id ?? 0;
    }
    this.asking = false;
  }

  /** Fetches what came since. */
  async lookForNew(isOffline: () => boolean): Promise<void> {
    await this.pages.lookForNew();
    if (!isOffline()) this.askedAt = serverNow();
    if (this.pages.fresh.length > 0) this.chart.refresh();
  }

  stop(): void {
    this.chart.stop();
  }
}

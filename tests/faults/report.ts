import type { CampaignReport } from './campaign';

/** The figures of a campaign, for people. */
export function reportOf(report: CampaignReport): string[] {
  const { seed, kills, history, answered, ready, recovered, statuses, problems, facts } = report;
  const retried = history.filter(({ tries }) => tries > 1).length;
  return [
    `seed ${seed}`,
    `kills: app ${kills.app}, postmaster ${kills.postmaster}, backend ${kills.backend}, connection ${kills.connection}`,
    `operations: ${history.length}, answered ${answered}, asked again ${retried}; entries in the log ${facts.entries.length}`,
    `ready after a kill: ${spread(ready)}; edits acknowledged again after a blow at Postgres: ${spread(recovered)}`,
    ...[...statuses].map(([what, times]) => `answered ${times} times: ${what}`),
    problems.length === 0 ? 'nothing lost, nothing twice, nothing else' : `${problems.length} PROBLEMS`,
    ...problems.slice(0, 40)
  ];
}

/** Times in milliseconds, in a few words. */
export function spread(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0);
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`;
}

import shipped from '../../src/lib/core/access/catalogue/permissions.json';
import type { Catalogue } from '../../src/lib/core/access/catalogue';
import { cloudCatalogue } from '../cloud-catalogue';
import { installPeers } from '../peers';
import type { BenchPostgres } from '../postgres';
import { measureEndpoints, type EndpointCosts } from './endpoints';
import { measureInProcess, type InProcessRow } from './in-process';

export type DecisionCosts = { endpoints: EndpointCosts; inProcess: InProcessRow[]; versions: string };

/** Measures what a decision costs, over HTTP and in process, beside others in the same run. */
export async function measureDecisions(
  database: BenchPostgres,
  rounds: number,
  say: (what: string) => void
): Promise<DecisionCosts> {
  say('installing peers of decisions');
  const peers = await installPeers(['cerbos', '@casl/ability']);
  try {
    const endpoints = await measureEndpoints(database, peers, rounds, say);
    const inProcess: InProcessRow[] = [];
    for (const [catalogue, role] of [
      [shipped as Catalogue, 'support'],
      [await cloudCatalogue(), 'cloud_operator']
    ] as const) {
      say(`decisions in process, ${catalogue.areas.length} areas`);
      inProcess.push(await measureInProcess(database, peers, catalogue, role, rounds));
    }
    return { endpoints, inProcess, versions: peers.versions };
  } finally {
    await peers.remove();
  }
}

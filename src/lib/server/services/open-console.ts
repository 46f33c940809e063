import { openDatabase, type DatabaseHandle } from '../db/client';
import type { Installation } from '../db/installation-table';
import type { Deps, Log } from './deps';
import { foundInstallation } from './found';
import { grantsCache } from './grants';
import { loadCatalogue } from './load-catalogue';

export type OpenConsole = { deps: Deps; handle: DatabaseHandle; installation: Installation };

/** Connects to a migrated database and makes sure it is an installation: what every process begins with. */
export async function openConsole(options: {
  url: string;
  pool: number;
  name: string;
  catalogueFile: string | undefined;
  log: Log;
}): Promise<OpenConsole> {
  const catalogue = loadCatalogue(options.catalogueFile);
  const handle = openDatabase({ url: options.url, max: options.pool, name: options.name });
  try {
    const deps: Deps = { db: handle.db, catalogue, grants: grantsCache(catalogue), log: options.log };
    return { deps, handle, installation: await foundInstallation(deps) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

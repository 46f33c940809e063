import type { MailPorts } from '../../../core/settings/settings-limits';
import type { Keyring } from '../../auth/keyring';
import type { LogKeys } from '../../auth/log-key';
import { openDatabase, type DatabaseHandle } from '../../db/driver/client';
import type { Installation } from '../../db/tables/installation-table';
import type { Deps, Fences, Log } from '../write-path/deps';
import { countPermits } from '../decisions/count-permits';
import { foundInstallation } from './bootstrap';
import { grantsCache } from '../write-path/grants';
import { loadCatalogue } from './load-catalogue';
import { adoptLogKey } from '../log/upkeep/adopt-log-key';

export type OpenConsole = { deps: Deps; handle: DatabaseHandle; installation: Installation };

/** Connects to a migrated database and makes sure it is an installation: what every process begins with. */
export async function openConsole(options: {
  url: string;
  pool: number;
  name: string;
  catalogueFile: string | undefined;
  keyring: Keyring;
  /** Keys that sign the log. */
  logKeys: LogKeys;
  /** The public origin. */
  origin: string;
  /** Ports that mail may go to besides those of mail servers. */
  mailPorts?: MailPorts | undefined;
  webhookLoopback?: boolean | undefined;
  log: Log;
  fences?: Fences | undefined;
}): Promise<OpenConsole> {
  const catalogue = loadCatalogue(options.catalogueFile);
  const opened = openDatabase({ url: options.url, max: options.pool, name: options.name });
  const permits = countPermits(opened.db, options.log);
  // What was counted is written before the connections go.
  const handle = { ...opened, close: () => permits.stop().then(() => opened.close()) };
  try {
    const { keyring, origin, log } = options;
    const grants = grantsCache(catalogue);
    const { mailPorts, webhookLoopback, fences } = options;
    const deps: Deps = {
      db: handle.db,
      catalogue,
      grants,
      keyring,
      origin,
      mailPorts,
      webhookLoopback,
      permits,
      log,
      fences
    };
    const installation = await foundInstallation(deps);
    await adoptLogKey(deps, installation, options.logKeys);
    return { deps, handle, installation };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

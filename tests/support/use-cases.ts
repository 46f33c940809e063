import { NO_LOG_KEYS, type LogKeys } from '../../src/lib/server/auth/log-key';
import { NO_KEYS } from '../../src/lib/server/auth/no-keys';
import { openConsole, type OpenConsole } from '../../src/lib/server/services/installation/open-console';

export const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The program's own use cases on a database, without a server in front. Whoever opens them closes `handle`. */
export function openUseCases(url: string, logKeys: LogKeys = NO_LOG_KEYS): Promise<OpenConsole> {
  return openConsole({
    url,
    pool: 3,
    name: 'rolecall test',
    catalogueFile: undefined,
    keyring: NO_KEYS,
    logKeys,
    origin: 'http://localhost',
    log: QUIET
  });
}

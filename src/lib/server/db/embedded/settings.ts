/** Server settings by name, in the units of postgresql.conf. */
export type Settings = Record<string, string>;

/** The only superuser, and the database it keeps for the application. */
export const SUPERUSER = 'postgres';
export const DATABASE = 'rolecall';
export const HOST = '127.0.0.1';

/**
 * Durable, on this machine only, sized for a small server, and the same on every host. Given on the command line at
 * each start, so that a newer version's settings apply to an older database.
 */
const SETTINGS: Settings = {
  listen_addresses: HOST,
  // Where there can be one, it is named beside these.
  unix_socket_directories: '',
  max_connections: '100',
  password_encryption: 'scram-sha-256',

  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',

  shared_buffers: '64MB',
  huge_pages: 'off',
  max_wal_size: '512MB',
  jit: 'off',
  timezone: 'UTC',

  // A week of files, each overwritten after seven days.
  logging_collector: 'on',
  log_directory: 'log',
  log_filename: 'postgres-%a.log',
  log_rotation_age: '1d',
  log_rotation_size: '0',
  log_truncate_on_rotation: 'on',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
  log_checkpoints: 'off',
  // Statements carry what administrators type; the log must not.
  log_min_error_statement: 'panic',
  log_statement: 'none'
};

/** The arguments that apply our settings, with `extra` over them. */
export function settingArguments(extra: Settings): string[] {
  return Object.entries({ ...SETTINGS, ...extra }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

import { hostname } from 'node:os';
import { join } from 'node:path';

export type Options = {
  /** Address of the console, without a slash at its end. */
  origin: string;
  key: string;
  name: string;
  passesWhenUnreachable: boolean;
  timeoutMs: number;
  holdSeconds: number;
  stateDir: string;
};

/**
 * Reads `rolecall.ini`.
 * @throws Error that names the setting which cannot be used
 */
export function readOptions(
  ini: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>
): Options {
  const text = (name: string) => String(ini[name] ?? '').trim();
  const whole = (name: string, standard: number, least: number, most: number) => {
    const value = text(name) === '' ? standard : Number(text(name));
    if (!Number.isInteger(value) || value < least || value > most)
      throw new Error(`rolecall.ini: ${name} is a whole number from ${least} to ${most}`);
    return value;
  };
  const url = text('url') || (env.ROLECALL_URL ?? '');
  if (!/^https?:\/\/[^/\s]+\/?$/.test(url))
    throw new Error('rolecall.ini: url is the address of Rolecall, such as https://rolecall.example.com');
  const key = text('key') || (env.ROLECALL_KEY ?? '');
  if (!/^\S+$/.test(key)) throw new Error('rolecall.ini: key is an API key of Rolecall');
  const unreachable = text('when_unreachable') || 'refuse';
  if (unreachable !== 'refuse' && unreachable !== 'pass')
    throw new Error('rolecall.ini: when_unreachable is refuse or pass');
  return {
    origin: url.replace(/\/$/, ''),
    key,
    // A part of keys, which have no spaces and an end.
    name: encodeURIComponent(text('name') || hostname()).slice(0, 100),
    passesWhenUnreachable: unreachable === 'pass',
    timeoutMs: whole('timeout_ms', 8000, 100, 60_000),
    holdSeconds: whole('hold_seconds', 3600, 60, 86_400),
    stateDir: text('state_dir') || join(env.HARAKA ?? '.', 'rolecall')
  };
}

import pino, { type DestinationStream, type Logger } from 'pino';
import { escapeActive } from '../core/log/inert-text';

/**
 * The program's own log: JSON lines on standard error, so that standard output stays for the two lines people wait for.
 * Names of fields that could hold a secret are cut out wherever they appear, and nothing in a line acts on who
 * reads it (L-06).
 */
export function makeLogger(
  level: string,
  destination: DestinationStream = pino.destination({ fd: 2, sync: true })
): Logger {
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: ['password', '*.password', 'token', '*.token', 'cookie', '*.cookie', '*.parameters', '*.args'],
        remove: true
      },
      serializers: { err: describeError },
      hooks: { streamWrite: (line) => `${escapeActive(line.trimEnd())}\n` }
    },
    destination
  );
}

type Described = { type: string; message: string; stack: string; code?: string; cause?: Described };

/**
 * Description of an error for the program's own log, from an allow-list. Drizzle writes the parameters of a failed
 * statement (password hashes, names, addresses) into its message, and Postgres tells values of a row in `detail`;
 * neither is logged.
 */
export function describeError(error: unknown): Described | string {
  if (!(error instanceof Error)) return typeof error;
  const message = safeMessage(error);
  const stack = (error.stack ?? '').replace(error.message, () => message);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const cause =
    error.cause instanceof Error && error.cause !== error ? describeError(error.cause) : undefined;
  return {
    type: error.name,
    message,
    stack,
    ...(code === undefined ? {} : { code }),
    ...(typeof cause === 'object' ? { cause } : {})
  };
}

function safeMessage(error: Error): string {
  const isStatement = 'query' in error && 'params' in error;
  return isStatement ? `Failed query: ${String(error.query)}` : error.message;
}

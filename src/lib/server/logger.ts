import pino, { type Logger } from 'pino';

/**
 * The program's own log: JSON lines on standard error, so that standard output stays for the two lines people wait for.
 * Names of fields that could hold a secret are cut out wherever they appear.
 */
export function makeLogger(level: string): Logger {
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: ['password', '*.password', 'token', '*.token', 'cookie', '*.cookie', '*.parameters', '*.args'],
        remove: true
      }
    },
    pino.destination({ fd: 2, sync: true })
  );
}

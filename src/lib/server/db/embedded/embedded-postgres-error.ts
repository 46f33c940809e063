/**
 * Error for an operator when the embedded database cannot be used: one line, without a stack, that says what is
 * wrong and what to do about it. The cause keeps the technical error.
 */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

const HINTS: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ENOTDIR: 'a part of the path is not a directory',
  EMFILE: 'too many open files',
  ENOMEM: 'out of memory'
};

/** The code of a Node system error (`ENOENT`, …), or undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Turns whatever was thrown while `doing` something into an error with one readable line. */
export function explained(doing: string, error: unknown): EmbeddedPostgresError {
  if (error instanceof EmbeddedPostgresError) return error;
  const code = systemCode(error);
  const text = error instanceof Error ? error.message : String(error);
  const reason = (code && HINTS[code]) ?? text.split('\n', 1)[0];
  return new EmbeddedPostgresError(`${doing}: ${reason}`, { cause: error });
}

/** The line of a Postgres program's output that says why it gave up. */
export function reasonIn(output: string): string | undefined {
  const lines = output.split('\n').map((line) => line.trim());
  const telling = lines.findLast((line) => /\b(PANIC|FATAL|ERROR|error|No space left)\b/.test(line));
  return (telling ?? lines.findLast((line) => line !== ''))?.replace(
    /^.*?\b(PANIC|FATAL|ERROR|error):\s*/,
    ''
  );
}

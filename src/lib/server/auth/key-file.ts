import { randomBytes } from 'node:crypto';
import { link, mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Keys that cannot be used or kept; the message names what is wrong, and never a key. */
export class KeyringError extends Error {
  override name = 'KeyringError';
}

const MOST_FILE_BYTES = 65_536;

/**
 * The text of the file; null when there is none.
 * @throws KeyringError when others may read it, or it is no such file
 */
export async function readKeyFile(file: string): Promise<string | null> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'r');
    const facts = await handle.stat();
    if (!facts.isFile()) throw new KeyringError(`${file}: is not a file`);
    if (process.platform !== 'win32' && (facts.mode & 0o077) !== 0) {
      throw new KeyringError(`${file}: others may read it; set its mode to 0400 or 0600`);
    }
    if (facts.size > MOST_FILE_BYTES) throw new KeyringError(`${file}: is too large for a list of keys`);
    return await handle.readFile('utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw explained(`${file}: cannot be read`, error);
  } finally {
    await handle?.close();
  }
}

/**
 * Makes the file with this text and returns what it holds. It appears under its name only when complete, and only
 * once: of processes that start together one links its draft, and all read that.
 */
export async function makeKeyFile(file: string, text: string): Promise<string> {
  const folder = dirname(file);
  const draft = `${file}.${randomBytes(8).toString('hex')}.draft`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    try {
      await writeDurably(draft, text);
      await link(draft, file);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    } finally {
      await rm(draft, { force: true });
    }
    await syncFolder(folder);
  } catch (error) {
    throw explained(`${file}: cannot be made`, error);
  }
  const made = await readKeyFile(file);
  if (made === null) throw new KeyringError(`${file}: vanished while it was made`);
  return made;
}

/**
 * Writes a file that is on the disk before it has its name: after a power cut an empty one would be taken for the
 * keys.
 */
async function writeDurably(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx', 0o400);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A name is durable with its folder; Windows cannot open one and does not need to. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function explained(what: string, error: unknown): KeyringError {
  if (error instanceof KeyringError) return error;
  return new KeyringError(`${what} (${codeOf(error) ?? 'unknown reason'})`, { cause: error });
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

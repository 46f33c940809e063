/** Destination of a file that is written piece by piece. */
export type FileSink = {
  write(chunk: Uint8Array): Promise<void>;
  /** All of it was written: only now is the file what it was to be. */
  close(): Promise<void>;
  /** Nothing of it is kept. */
  discard(): Promise<void>;
};

/** File handle of browsers that write files (Chrome, Edge), as far as it is needed here. */
type FileHandle = {
  createWritable(): Promise<{
    write(chunk: Uint8Array): Promise<void>;
    close(): Promise<void>;
    abort(): Promise<void>;
  }>;
  remove?(): Promise<void>;
};
type Picker = (options: { suggestedName: string }) => Promise<FileHandle>;

/** File picker of this browser; null where it only saves files by itself. */
export function filePicker(): ((name: string) => Promise<FileSink | null>) | null {
  const { showSaveFilePicker: pick } = globalThis as { showSaveFilePicker?: Picker };
  return pick ? (name) => chooseFile((options) => pick.call(globalThis, options), name) : null;
}

/** Null: nothing was chosen. */
async function chooseFile(pick: Picker, name: string): Promise<FileSink | null> {
  let handle: FileHandle;
  try {
    handle = await pick({ suggestedName: name });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    throw error;
  }
  const file = await handle.createWritable();
  return {
    write: (chunk) => file.write(chunk),
    close: () => file.close(),
    async discard() {
      await file.abort().catch(() => undefined);
      // Choosing a name has made an empty file.
      await handle.remove?.().catch(() => undefined);
    }
  };
}

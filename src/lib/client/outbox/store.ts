import type { Records, Step } from './record';

/** Store of changes. One step at a time, whoever asks: each sees what the one before left. */
export interface OutboxStore {
  read(): Promise<Records>;
  /**
   * Applies a step to what is kept and answers with what is kept then. It is on the device when the promise resolves.
   * @throws StoreFull when the device has no room: nothing was changed
   * @throws StoreSealed when what is kept cannot be read at this moment: nothing was changed
   * @throws StoreGone when what was kept was taken off the device meanwhile
   */
  update(step: Step): Promise<Records>;
  /** True if something was kept at the last look that could not be opened. Absent: nothing is sealed. */
  readonly unopened?: boolean;
  close(): void;
}

/** The device has no room for more. */
export class StoreFull extends Error {
  override name = 'StoreFull';
}

/**
 * Error while what is kept cannot be read or written, as what opens and seals it is not here. It says nothing of
 * whether something waits.
 */
export class StoreSealed extends Error {
  override name = 'StoreSealed';
}

/** Error when what was kept is gone: its person signed out on this device. */
export class StoreGone extends Error {
  override name = 'StoreGone';
}

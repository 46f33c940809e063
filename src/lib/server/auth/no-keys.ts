import type { Keyring } from './keyring';

const refuse = (): never => {
  throw new Error('this process has no keys');
};

/** Keys of a process that only serves documents: it needs no secret, so it is given none. */
export const NO_KEYS: Keyring = {
  newestId: '',
  ids: [],
  seal: refuse,
  open: refuse,
  isCurrent: refuse,
  mac: refuse,
  macs: refuse
};

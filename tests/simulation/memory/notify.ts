// By its whole name, which the alias of this project leaves alone.
import * as real from '../../../src/lib/server/db/driver/notify.js';
import { modelled } from './database';

// A notification is a hint; who is told of a commit, and who is not, the simulation decides where it sees the commit.

export const CHANNEL = {
  audit: 'audit',
  documents: 'documents',
  authority: 'authority',
  presence: 'presence',
  news: 'news'
} as const satisfies typeof real.CHANNEL;

export const { EVERY_USER } = real;

export const notifyAuthority = modelled(real.notifyAuthority, () => Promise.resolve());
export const notifyNews = modelled(real.notifyNews, () => Promise.resolve());

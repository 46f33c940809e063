import { serverNow } from '../api/server-clock';
import type { Catalogue } from '$lib/core/access/catalogue';
import type { ActingAs } from '$lib/protocol/acting-as';
import { api } from '../api/api';
import { whoAmI, type Me } from '../api/who-am-i';
import { DeviceMemory } from '../device/device-memory';

/**
 * Start of a session: what it begins with, and when the server said so; `as`: null where the device remembers it
 * from an earlier visit.
 */
export type SessionStart = { me: Me; as: ActingAs | null; catalogue: Catalogue; at: number };

/** Asks the server who is here. @throws when nobody is, or when there is no connection. */
export async function askForStart(): Promise<SessionStart> {
  const [{ me, as }, catalogue] = await Promise.all([whoAmI(), api.catalogue.get.query()]);
  return { me, as, catalogue, at: serverNow() };
}

/** Start that this device remembers of a person; null when that is not enough to open the console. */
export async function recallStart(personId: string): Promise<SessionStart | null> {
  const memory = new DeviceMemory(personId);
  const [me, catalogue] = await Promise.all([memory.me(), memory.catalogue()]);
  await memory.close();
  if (!me || !catalogue || me.value.id !== personId) return null;
  return { me: me.value, as: null, catalogue: catalogue.value, at: me.at };
}

/**
 * True if the server still has this catalogue: a device may remember one of an older release. @throws without a
 * connection
 */
export async function isCatalogueToday(known: Catalogue): Promise<boolean> {
  return JSON.stringify(await api.catalogue.get.query()) === JSON.stringify(known);
}

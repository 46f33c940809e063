import type { AddressFormat } from '$lib/ui/address-state.svelte';
import { foldText } from '$lib/core/text/fold-text';
import { naturalOrder } from '$lib/ui/natural-order';
import { keyName } from '$lib/shared/keys/key-life';
import type { Application } from '../applications.svelte';

/** In the address: `?search=`. */
export const applicationsQueryFormat: AddressFormat<string> = {
  parse: (params) => params.get('search') ?? '',
  format: (text) => new URLSearchParams(text.trim() === '' ? {} : { search: text.trim() })
};

/** Applications by name. Every word typed must be in the name, the role, the steward’s name or a key’s public parts. */
export function findApplications(applications: readonly Application[], search: string): Application[] {
  const words = foldText(search).split(/\s+/u).filter(Boolean);
  return applications
    .filter((each) => {
      const keys = each.keys.map((key) => `${key.name} ${keyName(key)}`).join(' ');
      const text = foldText(`${each.name} ${each.role.name} ${each.steward?.name ?? ''} ${keys}`);
      return words.every((word) => text.includes(word));
    })
    .sort((a, b) => naturalOrder(a.name, b.name));
}

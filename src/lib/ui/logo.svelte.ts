let picture = $state<string | null>(null);

/** The installation's own mark as a `data:` address, reactive; null: the mark that ships. */
export function ownLogo(): string | null {
  return picture;
}

/** Puts a mark in place of the one that ships, everywhere; null takes it off. */
export function wearLogo(address: string | null): void {
  picture = address;
}

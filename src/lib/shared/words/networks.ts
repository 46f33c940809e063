/** Addresses and networks as they were typed, one after the other. */
export function networksIn(text: string): string[] {
  return text.split(/[\s,;]+/u).filter((each) => each !== '');
}

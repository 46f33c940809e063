let tell: () => void = () => undefined;

/** Sets who is told that the seal did not come: whoever can offer to load the page anew. */
export function onSealLost(call: () => void): void {
  tell = call;
}

/** Tells that the seal did not come, which some browsers do not ask for again as long as the page is open. */
export function sealLost(): void {
  tell();
}

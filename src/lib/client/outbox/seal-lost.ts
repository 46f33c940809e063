/** Listener that hears whether the seal is lost. */
type Tell = (isLost: boolean) => void;

let tell: Tell = () => undefined;

/** Sets who is told that the seal did not come, and that it did after all: whoever can offer to load the page anew. */
export function onSealLost(call: Tell): void {
  tell = call;
}

/** Tells that the seal did not come, which some browsers do not ask for again as long as the page is open. */
export function sealLost(): void {
  tell(true);
}

/** Tells that the seal is here, also where it was lost before. */
export function sealHere(): void {
  tell(false);
}

let open = $state(false);

/** True while the help of the console is on screen. */
export function helpIsOpen(): boolean {
  return open;
}

/** Shows the help, or takes it away. */
export function showHelp(shown: boolean): void {
  // A module variable is shared by all requests on the server, so nothing is ever kept there.
  if (typeof window !== 'undefined') open = shown;
}

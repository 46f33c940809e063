/** Close codes of `/sync`. y-websocket takes 4400–4499 as final and reconnects after all others. */
export const CLOSE = {
  signedOut: 4401,
  notAllowed: 4403,
  noSuchDocument: 4404,
  otherEpoch: 4410,
  limitBroken: 1008,
  unsupported: 1003,
  restarting: 1012,
  tooSlow: 1013
} as const;

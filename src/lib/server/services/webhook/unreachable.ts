/** A web address that nothing is posted to; the message says why, for whoever set it. */
export class Unreachable extends Error {
  override name = 'Unreachable';
}

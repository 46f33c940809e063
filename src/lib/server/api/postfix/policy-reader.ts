/** Attributes of one request. Names that nobody knows are kept, of a doubled one the last. */
export type PolicyRequest = ReadonlyMap<string, string>;

/** Error for input that is no request of the policy protocol: it gets no answer. */
export class PolicyProtocolError extends Error {
  override name = 'PolicyProtocolError';
}

/** Longest request, in bytes. */
export const MAX_REQUEST_BYTES = 16_384;
const NEWLINE = 0x0a;

/** Reads requests of the Postfix policy protocol (SMTPD_POLICY_README) however they are cut into pieces. */
export class PolicyReader {
  #pending: Buffer = Buffer.alloc(0);

  /**
   * Takes the next bytes; the requests that they complete.
   * @throws PolicyProtocolError at the first that is not one; those before it are lost with it
   */
  push(chunk: Uint8Array): PolicyRequest[] {
    const requests: PolicyRequest[] = [];
    let bytes = Buffer.concat([this.#pending, chunk]);
    for (let end = endOf(bytes); end !== -1; end = endOf(bytes)) {
      if (end > MAX_REQUEST_BYTES) throw new PolicyProtocolError('a request is too long');
      requests.push(parse(bytes.subarray(0, end).toString('utf8')));
      bytes = bytes.subarray(end + 2);
    }
    if (bytes.length > MAX_REQUEST_BYTES) throw new PolicyProtocolError('a request is too long');
    this.#pending = Buffer.from(bytes);
    return requests;
  }
}

/** End of a request, as the index of its empty line; -1 when it has not come yet. */
function endOf(bytes: Buffer): number {
  if (bytes[0] === NEWLINE) throw new PolicyProtocolError('a request is empty');
  return bytes.indexOf('\n\n');
}

function parse(text: string): PolicyRequest {
  const attributes = new Map<string, string>();
  for (const line of text.split('\n')) {
    // A value may hold further ones.
    const at = line.indexOf('=');
    if (at <= 0 || line.includes('\0')) throw new PolicyProtocolError('a line is no attribute');
    attributes.set(line.slice(0, at), line.slice(at + 1));
  }
  return attributes;
}

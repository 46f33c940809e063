/** Personal data kept beside an entry until it is erased or pruned. */
export type PersonalData = {
  ip: string | null;
  peer: string | null;
  userAgent: string | null;
  email: string | null;
  details: Record<string, string>;
};

export function readPersonalData(bytes: Uint8Array | null): PersonalData {
  const erased = { ip: null, peer: null, userAgent: null, email: null, details: {} };
  if (bytes === null || bytes.length === 0) return erased;
  const parsed = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  const text = (key: string) => (typeof parsed[key] === 'string' ? parsed[key] : null);
  const details = Object.entries(parsed['details'] ?? {}).filter(
    (detail): detail is [string, string] => typeof detail[1] === 'string'
  );
  return {
    ip: text('ip'),
    peer: text('peer'),
    userAgent: text('userAgent'),
    email: text('email'),
    details: Object.fromEntries(details)
  };
}

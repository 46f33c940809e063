/** Shortens a long address in the middle, where IPv6 says least: "2001:db8:…:8a2e:7334". IPv4 always fits. */
export function middleEllipsis(text: string, most = 20): string {
  if (text.length <= most) return text;
  const kept = most - 1;
  const head = Math.ceil(kept / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (kept - head))}`;
}

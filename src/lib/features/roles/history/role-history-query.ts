import type { AddressFormat } from '$lib/ui/address-state.svelte';

/** Other side of a comparison with a snapshot of a role. */
export type Comparison = { kind: 'now' } | { kind: 'version'; seq: number } | { kind: 'role'; id: string };

/** State of the page of a role's history: a version, and what it is compared with. */
export type HistoryQuery = {
  /** The version; null when none was chosen. */
  a: number | null;
  b: Comparison;
};

/** The selection as it stands in the address: `?a=12`, `?a=12&b=7`, `?a=12&with=support`. */
export const historyQueryFormat: AddressFormat<HistoryQuery> = {
  parse(params) {
    const other = versionIn(params.get('b'));
    const role = params.get('with');
    return {
      a: versionIn(params.get('a')),
      b: role ? { kind: 'role', id: role } : other ? { kind: 'version', seq: other } : { kind: 'now' }
    };
  },
  format({ a, b }) {
    const params = new URLSearchParams();
    if (a !== null) params.set('a', String(a));
    if (b.kind === 'version') params.set('b', String(b.seq));
    if (b.kind === 'role') params.set('with', b.id);
    return params;
  }
};

/** The value of an option of a list that holds all three kinds. */
export function comparisonKey(b: Comparison): string {
  return b.kind === 'now' ? 'now' : b.kind === 'version' ? `version:${b.seq}` : `role:${b.id}`;
}

export function comparisonOf(key: string): Comparison {
  const [kind, value = ''] = key.split(/:(.*)/s);
  if (kind === 'version') return { kind, seq: Number(value) };
  return kind === 'role' ? { kind, id: value } : { kind: 'now' };
}

function versionIn(text: string | null): number | null {
  const seq = Number(text);
  return text !== null && Number.isSafeInteger(seq) && seq > 0 ? seq : null;
}

/** Ask of a caller: a charge or a reservation. */
export type ChargeRequest = {
  caller: string;
  key: string;
  /** Account of the sender: `administrator:<id>`. */
  account: string;
  units: number;
  partial: boolean;
  /** Length of a reservation; null: it is charged. */
  ttlSeconds: number | null;
};

export type LeaseRequest = { caller: string; key: string; account: string; ttlSeconds: number };

/** Answer of the database, as far as it matters. */
export type ChargeAnswer =
  | { outcome: 'granted'; id: string; units: number }
  | { outcome: 'refused' | 'stale' | 'key-reused' | 'released' | 'expired' };

export type ResolveAnswer =
  | { outcome: 'resolved'; units: number; returned: number }
  | { outcome: 'committed'; units: number }
  | { outcome: 'expired' }
  | { outcome: 'released' | 'above-hold' | 'unknown' };

export type LeaseAnswer =
  { outcome: 'granted'; id: string } | { outcome: 'refused' | 'stale' | 'key-reused' };

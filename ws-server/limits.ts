/**
 * Limits of `/sync` (SECURITY W-02 to W-06). One open page holds up to five documents, each with a socket of its own,
 * so the numbers per session and person are for several tabs (docs/decisions).
 */
export const LIMITS = {
  frameBytes: 64 * 1024,
  fragments: 32,
  bufferedChunks: 1024,
  presenceBytes: 2048,
  firstMessageMs: 5_000,
  /** Time a reader waits for a document whose record exists and which the sequencer is about to write. */
  documentDueMs: 3_000,
  perProcess: 2_000,
  perAddress: 600,
  perPerson: 120,
  perSession: 60,
  upgradesPerAddress: { burst: 400, perSecond: 30 },
  messages: { burst: 100, perSecond: 30 },
  bytes: { burst: 4 * 1024 * 1024, perSecond: 512 * 1024 },
  presence: { burst: 20, perSecond: 10 },
  /** Questions whose answer may be a whole document. A client asks once per connection. */
  questions: { burst: 10, perSecond: 1 },
  /** Bytes above which a reader is lagging: it gets no presence, and one difference instead of every update. */
  laggingBytes: 1024 * 1024,
  closeBytes: 4 * 1024 * 1024,
  laggingMs: 30_000,
  allBuffersBytes: 256 * 1024 * 1024,
  pingMs: 20_000,
  deadMs: 45_000,
  /** Interval at which dead sockets are looked for: half-open ones are freed within 50 s. */
  lifeCheckMs: 5_000,
  /** Stock clients drop a socket that is silent for 30 s. */
  heartbeatMs: 15_000
} as const;

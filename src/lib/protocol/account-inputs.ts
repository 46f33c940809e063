import { z } from 'zod';
import { ClaimedAt, Email, Networks, Op, PersonName, SeenParts, SessionId, Version } from './fields';

// What the procedures of one’s own account take.

export const Profile = z.strictObject({
  op: Op,
  claimedAt: ClaimedAt,
  seen: Version,
  seenParts: SeenParts.optional(),
  name: PersonName.optional(),
  email: Email.optional()
});

export const OwnSessions = z.strictObject({
  op: Op,
  sid: SessionId.optional(),
  /** True if one's own keys stay: they end together with all other sessions unless this says so. */
  keepKeys: z.boolean().optional()
});

export const Allowlist = z.strictObject({
  op: Op,
  networks: Networks
});

export const NoticeId = z.strictObject({ op: Op.optional(), id: z.uuid() });

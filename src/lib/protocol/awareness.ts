import { z } from 'zod';

/**
 * Presence that a client may claim: where in the page it is (a permission id or a section), or that nobody touched
 * it for a while. Nothing else is kept.
 */
export const ClaimedPresence = z.object({
  at: z.string().max(200).optional(),
  idle: z.literal(true).optional()
});

/** Presence as everybody receives it: identity is stamped by the server over whatever was claimed. */
export const Presence = z.object({
  at: z.string().optional(),
  /** Nobody touched their page for a while: then they are nowhere in it. */
  idle: z.literal(true).optional(),
  id: z.string(),
  name: z.string(),
  /** 1–8: the hue of this person. */
  colour: z.number().int().min(1).max(8)
});

export type Presence = z.infer<typeof Presence>;

import type { z } from 'zod';
import type { Part } from './json-schema';

/** An endpoint for programs as the document tells it. */
export type EndpointDescription = {
  method: 'GET' | 'POST' | 'DELETE';
  /** The path as it is routed: `/*` at its end stands for an id. */
  path: string;
  summary: string;
  /** The permission it takes; `open`: none, and no key. `proxy`: a proxy's secret. */
  takes: string;
  query?: Record<string, { schema: Part; example: string; required: boolean }>;
  body?: { schema: z.ZodType; example: object };
  /** Answers of success, by status; null: nothing is sent. */
  answers: Record<number, z.ZodType | 'text/event-stream' | null>;
  /** Statuses of its own besides those that all endpoints share. */
  refusals?: Record<number, { words: string; schema: z.ZodType }>;
};

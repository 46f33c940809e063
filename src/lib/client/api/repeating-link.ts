import type { TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import type { Refusal } from '$lib/core/access/refusal';
import type { AppRouter } from '$lib/server/api/trpc/router';

/** A call that the server refused. */
export type RefusedCall = {
  /** "administrators.update" */
  path: string;
  refusal: Refusal;
  /** Time at which it was sent, in milliseconds since 1970. */
  sentAt: number;
};

type Options = {
  refusalOf: (error: unknown) => Refusal | null;
  mayRepeat: (call: RefusedCall) => Promise<boolean>;
};

/**
 * Sends a refused call once more, unchanged and with its operation id, when `mayRepeat` says so; else its caller
 * gets the refusal. Faults go straight to the caller.
 */
export function repeatingLink({ refusalOf, mayRepeat }: Options): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        const sentAt = Date.now();
        let gone = false;
        let current = next(op).subscribe({
          next: (value) => observer.next(value),
          complete: () => observer.complete(),
          error(error) {
            const refusal = refusalOf(error);
            if (refusal === null) return observer.error(error);
            void mayRepeat({ path: op.path, refusal, sentAt }).then((again) => {
              if (gone) return;
              if (again) current = next(op).subscribe(observer);
              else observer.error(error);
            });
          }
        });
        return () => {
          gone = true;
          current.unsubscribe();
        };
      });
}

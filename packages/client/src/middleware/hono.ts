import { askers, type Asked, type ResourceOf, type SubjectOf } from './asker.ts';
import { judge, responseOf } from './refused.ts';

export type HonoHandler<Context> = (
  context: Context,
  next: () => Promise<void>
) => Promise<Response | undefined>;

export type HonoMiddleware<Context> = {
  /** Sets the variable `rolecall`, an `Asker`: `context.get('rolecall')`. */
  attach: HonoHandler<Context>;
  /** Lets a request through whose sender has the permission, and answers all others. */
  requires(permission: string, resource?: ResourceOf<Context>): HonoHandler<Context>;
};

/** @param subject who sends a request, as your sign-in knows */
export function forHono<Context extends object>(
  rolecall: Asked,
  subject: SubjectOf<Context>
): HonoMiddleware<Context> {
  const askerOf = askers(rolecall, subject);
  return {
    async attach(context, next) {
      const { set } = context as { set?: (name: string, value: unknown) => void };
      set?.call(context, 'rolecall', await askerOf(context));
      await next();
      return undefined;
    },
    requires: (permission, resource) => async (context, next) => {
      const refused = await judge(await askerOf(context), permission, await resource?.(context));
      if (refused) return responseOf(refused);
      await next();
      return undefined;
    }
  };
}

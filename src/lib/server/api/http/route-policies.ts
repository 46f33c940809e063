// What the outer server demands of a request by its path, before anything looks at it. Endpoints for programs,
// which come before, are a table of their own (src/programs/endpoints.ts): each states its method, who may ask and
// how much.

export type RoutePolicy = {
  /** A path, exactly; ending in `/*`, all below it. */
  path: string;
  methods: readonly string[];
  /**
   * Permitted callers. `anybody`; `monitoring`: a program on this machine, or one with the token of the metrics;
   * `procedure`: as each procedure declares (api/trpc/init.ts); `session`: who is signed in.
   */
  caller: 'anybody' | 'monitoring' | 'procedure' | 'session';
  /** Format of the body; null when none is taken. */
  body: 'json' | null;
  /** True if an API key may stand in for a session; then Origin, which only browsers send, is not checked. */
  takesKeys: boolean;
  /**
   * Cost of a request, out of what a session and a network may ask: nothing, one call, or a call for each procedure
   * that it names.
   */
  cost: 'nothing' | 'one' | 'calls';
};

const PROBE = { methods: ['GET'], body: null, takesKeys: false, cost: 'nothing' } as const;

/**
 * Every route of the outer server besides `/sync`, which is a socket, and the endpoints for programs. The first
 * that fits is meant.
 */
export const ROUTE_POLICIES: readonly RoutePolicy[] = [
  { path: '/livez', caller: 'anybody', ...PROBE },
  { path: '/readyz', caller: 'anybody', ...PROBE },
  { path: '/metrics', caller: 'monitoring', ...PROBE },
  {
    path: '/trpc/*',
    // Nobody asks for the head of an answer.
    methods: ['GET', 'POST'],
    caller: 'procedure',
    body: 'json',
    takesKeys: true,
    cost: 'calls'
  },
  {
    path: '/export/*',
    methods: ['GET', 'HEAD', 'OPTIONS'],
    caller: 'session',
    body: null,
    takesKeys: false,
    cost: 'one'
  },
  // Pages and their files. Pages ask procedures for what they show.
  {
    path: '/*',
    methods: ['GET', 'HEAD', 'OPTIONS'],
    caller: 'anybody',
    body: null,
    takesKeys: false,
    cost: 'nothing'
  }
];

const PAGES = ROUTE_POLICIES.at(-1)!;

/** @param path without what comes after `?` */
export function policyOf(path: string): RoutePolicy {
  return (
    ROUTE_POLICIES.find((route) =>
      route.path.endsWith('/*') ? path.startsWith(route.path.slice(0, -1)) : path === route.path
    ) ?? PAGES
  );
}

// Who may import whom (docs/architecture.md).

export type Rule = {
  /** Folders whose modules may be imported, besides one's own. */
  may: string[];
  /** Folders that may be imported with `import type` alone. */
  types?: string[];
  /** npm packages and Node's own modules: all of them, or those listed. */
  packages: 'all' | string[];
  /** Advice on what to do instead. */
  mend: string;
};

export const SERVER = 'src/lib/server';
const CORE = 'src/lib/core';
const PROTOCOL = 'src/lib/protocol';
const DOCUMENTS = 'src/lib/documents';
const CLIENT = 'src/lib/client';
const UI = 'src/lib/ui';
const SHARED = 'src/lib/shared';
export const FEATURES = 'src/lib/features';

/** Imports allowed between features: whole folders, few of them. All else that two of them need belongs to shared. */
export const BETWEEN_FEATURES: Record<string, string[]> = {
  account: ['administrators'],
  home: ['log', 'notices'],
  notices: ['account'],
  'user-console': ['notices']
};

/** The feature that knows all others: the frame around every page. */
export const FRAME = 'console';

const ROUTER = [`${SERVER}/api/trpc/router.ts`];
const NO_SERVER =
  'the browser never loads the server: of it, only the router’s type may be imported, with `import type`';

export const RULES: [string, Rule][] = [
  [CORE, { may: [], packages: [], mend: 'core is pure: pass in what it needs, move what acts to a service' }],
  [
    PROTOCOL,
    { may: [CORE], packages: ['uuid', 'zod'], mend: 'protocol knows core, zod and how ids are made' }
  ],
  [
    DOCUMENTS,
    {
      may: [CORE, PROTOCOL],
      packages: ['yjs'],
      mend: 'documents know core, protocol and yjs: reading rows for them is the sequencer’s job'
    }
  ],
  [
    `${SERVER}/db`,
    { may: [CORE, `${SERVER}/env.ts`], packages: 'all', mend: 'db holds SQL alone: decide in a service' }
  ],
  [
    `${SERVER}/auth`,
    {
      may: [CORE, `${SERVER}/env.ts`, `${SERVER}/db`],
      packages: 'all',
      mend: 'auth stands on core and db: use cases are services'
    }
  ],
  [
    `${SERVER}/services`,
    {
      may: [CORE, PROTOCOL, DOCUMENTS, `${SERVER}/db`, `${SERVER}/auth`],
      packages: 'all',
      mend: 'services know nothing of HTTP and tRPC: hand the facts in (services/write-path/caller.ts)'
    }
  ],
  [
    `${SERVER}/api/trpc`,
    {
      may: [CORE, PROTOCOL, `${SERVER}/services`],
      packages: ['@trpc/server', 'zod'],
      mend: 'tRPC translates: move what acts into a service'
    }
  ],
  [
    `${SERVER}/api/http`,
    {
      may: [CORE, `${SERVER}/env.ts`, `${SERVER}/services`],
      packages: 'all',
      mend: 'the HTTP server knows core, env and services'
    }
  ],
  [
    `${SERVER}/api/programs`,
    {
      may: [CORE, PROTOCOL, `${SERVER}/services`, `${SERVER}/api/http`],
      packages: 'all',
      mend: 'endpoints for programs translate: move what acts into a service'
    }
  ],
  [
    `${SERVER}/api/authzen`,
    {
      may: [CORE, `${SERVER}/services`, `${SERVER}/api/programs`, `${SERVER}/api/http`],
      packages: ['node:crypto', 'node:http', 'uuid', 'zod'],
      mend: 'the decision API translates: move what decides into core or a service'
    }
  ],
  [
    `${SERVER}/api/caps`,
    {
      may: [CORE, PROTOCOL, `${SERVER}/services`, `${SERVER}/api/programs`],
      packages: ['zod'],
      mend: 'the endpoints of the ledger translate: move what counts into a service'
    }
  ],
  [
    `${SERVER}/api/procedures`,
    {
      may: [
        CORE,
        PROTOCOL,
        `${SERVER}/auth`,
        `${SERVER}/services`,
        `${SERVER}/api/http`,
        `${SERVER}/api/trpc`
      ],
      packages: ['@trpc/server', '@trpc/server/http', 'cookie', 'node:http', 'node:stream/consumers'],
      mend: 'calls of procedures find who calls: move what acts into a service'
    }
  ],
  [
    `${SERVER}/api/openapi`,
    {
      may: [CORE, PROTOCOL, `${SERVER}/api/trpc`, `${SERVER}/api/programs`],
      packages: ['uuid', 'zod'],
      mend: 'the OpenAPI document describes: what judges and answers stands elsewhere'
    }
  ],
  [
    `${SERVER}/api/postfix`,
    {
      may: [CORE, `${SERVER}/services`],
      packages: ['node:crypto', 'node:events', 'node:fs', 'node:net'],
      mend: 'the policy service translates: move what counts into a service'
    }
  ],
  [`${SERVER}/env.ts`, { may: [], packages: 'all', mend: 'env reads settings and nothing else' }],
  [`${SERVER}/logger.ts`, { may: [CORE], packages: 'all', mend: 'the logger knows core alone' }],
  [CLIENT, { may: [CORE, PROTOCOL, DOCUMENTS], types: ROUTER, packages: 'all', mend: NO_SERVER }],
  [UI, { may: [], packages: 'all', mend: 'ui has no domain: move it to shared, or pass data in' }],
  [
    SHARED,
    {
      may: [CORE, PROTOCOL, DOCUMENTS, CLIENT, UI],
      types: ROUTER,
      packages: 'all',
      mend: 'what features share knows none of them: pass in what it needs'
    }
  ],
  [
    FEATURES,
    {
      may: [CORE, PROTOCOL, DOCUMENTS, CLIENT, UI, SHARED],
      types: ROUTER,
      packages: 'all',
      mend: NO_SERVER
    }
  ],
  [
    'src/params',
    { may: [CORE, PROTOCOL], packages: ['@sveltejs/kit'], mend: 'a matcher looks at a word alone' }
  ],
  [
    'src/routes',
    {
      may: ['src/app.css', CORE, PROTOCOL, CLIENT, UI, SHARED, FEATURES],
      packages: 'all',
      mend: 'routes are thin: use a component or a controller of a feature'
    }
  ],
  [
    'src/programs',
    {
      may: [CORE, SERVER, 'ws-server'],
      packages: 'all',
      mend: 'programs put the server together: they know no page'
    }
  ],
  [
    'ws-server',
    {
      may: [
        CORE,
        PROTOCOL,
        DOCUMENTS,
        ...['services', 'auth', 'db', 'api/http', 'env.ts'].map((each) => `${SERVER}/${each}`)
      ],
      packages: 'all',
      mend: 'ws-server serves documents: it knows no tRPC and no pages'
    }
  ],
  [
    'packages/client',
    {
      may: [],
      packages: ['node:http', 'node:timers/promises'],
      mend: 'the client package is installed elsewhere: it has nothing but Node'
    }
  ],
  [
    'packages/haraka',
    {
      may: [],
      packages: ['node:fs', 'node:os', 'node:path', 'node:timers/promises'],
      mend: 'the plugin is installed beside Haraka: it has nothing but Node'
    }
  ],
  [
    'packages/postfix-log',
    {
      may: [],
      packages: ['node:fs/promises', 'node:path', 'node:timers/promises', 'node:util'],
      mend: 'the follower runs beside Postfix: it has nothing but Node'
    }
  ],
  [
    'verifier',
    {
      may: [],
      packages: ['postgres', 'node:crypto', 'node:fs', 'node:util'],
      mend: 'the verifier judges the program: it shares no code with it, and needs nothing but Node to read an export'
    }
  ]
];

/** Files in which SvelteKit puts everything together. They may import all that is below them. */
export const ROOTS = ['src/hooks.server.ts', 'src/hooks.client.ts', 'src/app.d.ts', 'src/service-worker.ts'];

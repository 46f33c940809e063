import { endpointPaths } from './endpoint-paths';
import type { Part } from './json-schema';
import { procedurePaths } from './procedure-paths';
import { COMPONENTS } from './shared-parts';

/**
 * The OpenAPI document of the endpoints for programs and of the procedures (APP-6): what is asked for is made of the
 * schemas that judge it.
 */
export function openapiDocument(origin: string): Part {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Rolecall',
      version: '1',
      description:
        'Procedures at `/trpc` answer `{result: {data}}`. A change takes an operation id (`op`, a UUID): repeated, it is answered as before and does nothing.'
    },
    servers: [{ url: origin }],
    paths: { ...endpointPaths(), ...procedurePaths() },
    components: COMPONENTS
  };
}

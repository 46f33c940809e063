import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestFacts } from '../../services/write-path/caller';
import type { ProgramAnswer, ProgramCaller, ProgramRoute } from './program-route';

/** An endpoint that anybody may ask at, or that judges by itself who does. */
export type OpenRoute = {
  /** The method; the route reads the body of a POST itself. */
  method: 'GET' | 'POST';
  path: string;
  /** Permitted callers: anybody, or a proxy that proves itself. */
  caller: 'anybody' | 'proxy';
  /**
   * The key by which is counted how much is asked: the network that asks, or the key that came to a proxy. All others
   * count the caller's key.
   */
  limit: 'network' | 'key';
  answer(request: IncomingMessage, facts: RequestFacts): Promise<ProgramAnswer>;
};

/** An endpoint whose answer goes on until either side ends it. */
export type StreamRoute = Pick<ProgramRoute, 'path' | 'permission'> & {
  method: 'GET';
  /**
   * Begins the answer, or refuses it.
   * @param isAdmitted whether the same key would be let in again at this moment: asked before everything that is sent
   * @returns an answer where there is none to be streamed; else how to end it
   */
  stream(
    caller: ProgramCaller,
    request: IncomingMessage,
    response: ServerResponse,
    isAdmitted: () => boolean
  ): Promise<ProgramAnswer | { end(): void }>;
};

/** A route with how it is answered. */
export type Endpoint =
  | { kind: 'program'; route: ProgramRoute }
  | { kind: 'open'; route: OpenRoute }
  | { kind: 'stream'; route: StreamRoute };

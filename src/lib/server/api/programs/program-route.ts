import type { IncomingMessage } from 'node:http';
import type { SubjectKind } from '../../../core/access/decisions/view';
import type { PermissionId } from '../../../core/access/catalogue/permission-ids';
import type { RequestFacts } from '../../services/write-path/caller';

/** Another program that called with a key, as it was admitted: what it may do is of this moment. */
export type ProgramCaller = {
  kind: SubjectKind;
  /** Id of the application, or of the person whose key it is. */
  id: string;
  name: string;
  keyId: string;
  /** The key's public part. */
  kid: string;
  permissions: ReadonlySet<string>;
  request: RequestFacts;
};

export type ProgramAnswer = {
  status: number;
  /** Sent as JSON; absent: nothing. */
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
};

/**
 * An endpoint for programs (CONTRACT, "HTTP for programs"): what it takes is said here, and checked before `answer`
 * is asked.
 */
export type ProgramRoute = {
  method: 'GET' | 'POST' | 'DELETE';
  /** The path, exactly; ending in `/*`, all below it. */
  path: string;
  /** Permission that the caller must hold; null when a key that works is enough. */
  permission: PermissionId | null;
  /**
   * Keys of users may ask here, without that permission, and are answered about that user alone; absent: for them
   * it is not there (TEN-3).
   */
  aboutOneself?: true;
  /** @param body the parsed JSON of a POST; undefined of other methods */
  answer(caller: ProgramCaller, body: unknown, request: IncomingMessage): Promise<ProgramAnswer>;
};

import type { Page } from 'playwright-core';
import type { ApiClient } from '../api-client';
import type { TestConsole } from '../console';
import type { TestMailServer } from '../mail-server';
import { APPLICATION_STEPS } from './application-steps';
import { OWN_STEPS } from './own-steps';
import { OTHER_STEPS } from './other-steps';
import { PEOPLE_STEPS } from './people-steps';
import { ROUTE_STEPS } from './route-steps';
import { TENANT_STEPS } from './tenant-steps';

/** Surroundings in which steps are played. */
export type Stage = {
  app: TestConsole;
  smtp: TestMailServer;
  /** A name and an address that nobody has. */
  newcomer(): { name: string; email: string };
};

/** Presses a control, with the mouse or with a key. */
export type Press = (target: ReturnType<Page['getByRole']>) => Promise<void>;

export type Scene = {
  path: string;
  /** The window; a desk's unless it is said. */
  viewport?: { width: number; height: number };
  /** Client of whoever does it; the owner's, unless it is said. */
  client?: ApiClient;
  /** Secret of their second factor. */
  totpSecret?: string;
  /** Makes ready before the proof gets old. */
  ready?(page: Page): Promise<void>;
  /** Everything from the page as it opens to the last press before the question. Repeatable. */
  act(page: Page, press: Press): Promise<void>;
  /** Entries of the log that say that it took effect. */
  entry: string;
  /** Number of them that one time makes; 1 unless it is said. */
  times?: number;
  /** Puts back what the next scene needs. */
  after?(): Promise<void>;
};

/** Sets one scene for each run. */
export type SensitiveStep = { name: string; set(stage: Stage): Promise<Scene> };

/**
 * Every procedure that asks for the password again (AUT-4), with all the ways a page leads to it. A new sensitive one
 * fails `tests/boundaries/sensitive-steps.test.ts` until it has a case here, which is played in a browser.
 */
export const SENSITIVE_STEPS: Record<string, SensitiveStep[]> = {
  ...PEOPLE_STEPS,
  ...OTHER_STEPS,
  ...OWN_STEPS,
  ...APPLICATION_STEPS,
  ...ROUTE_STEPS,
  ...TENANT_STEPS
};

export type { AnsweredReason, AskOptions, Decision, OwnReason, Resource, Subject } from './decision.ts';
export type { Asker } from './middleware/asker.ts';
export type { FetchGuard, GuardOptions } from './middleware/fetch-guard.ts';
export { createRolecall, type Rolecall, type RolecallOptions } from './rolecall.ts';

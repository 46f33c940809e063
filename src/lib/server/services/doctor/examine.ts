import { layerFindings, type Finding } from '../../../core/quotas/layer-findings';
import { askingApplications, databaseClock, lastApplied } from '../../db/tables/doctor-table';
import { knownSendingLayers } from '../quotas/read-sending-layers';
import { readSection } from '../stored-settings/read-section';
import type { Deps } from '../write-path/deps';
import { answersAt, type Place } from './answers-at';

/** Facts the doctor is told besides what the database holds. */
export type DoctorFacts = {
  /** Time the newest migration of this version was made, in milliseconds since 1970. */
  newestMigration: number;
  /** Address the policy service is to listen at; null: none. */
  policy: Place | null;
};

const MOST_APART_MS = 2000;
const SOON_MS = 14 * 86_400_000;

/** Looks over an installation: whether mail is counted, and whether what it needs is there. */
export async function examine(deps: Pick<Deps, 'db'>, facts: DoctorFacts): Promise<Finding[]> {
  const { db } = deps;
  return [
    await migrations(deps, facts),
    await clock(deps),
    await policy(facts),
    ...layerFindings(await knownSendingLayers({ db }), new Date()),
    ...(await keys(deps)),
    await mail(deps)
  ];
}

async function migrations({ db }: Pick<Deps, 'db'>, { newestMigration }: DoctorFacts): Promise<Finding> {
  const applied = await lastApplied(db);
  if (applied === newestMigration)
    return { state: 'ok', text: 'The database has the structure of this version.' };
  return applied === null || applied < newestMigration
    ? { state: 'wrong', text: 'Migrations are pending: start this version of Rolecall once.' }
    : { state: 'wrong', text: 'The database was prepared by a newer version of Rolecall than this one.' };
}

async function clock({ db }: Pick<Deps, 'db'>): Promise<Finding> {
  const before = Date.now();
  const there = await databaseClock(db);
  // Half of the way there and back belongs to neither.
  const apart = Math.abs(there - (before + Date.now()) / 2);
  if (apart <= MOST_APART_MS)
    return { state: 'ok', text: 'The clocks of this machine and of Postgres agree.' };
  const seconds = Math.round(apart / 1000).toLocaleString('en');
  return {
    state: 'wrong',
    text: `The clocks of this machine and of Postgres are ${seconds} s apart: windows follow the one of Postgres.`
  };
}

async function policy({ policy: place }: DoctorFacts): Promise<Finding> {
  if (place === null)
    return {
      state: 'note',
      text: 'POLICY_LISTEN is not set: mail servers cannot ask over the policy protocol.'
    };
  const where = 'path' in place ? `unix:${place.path}` : `${place.host}:${place.port}`;
  return (await answersAt(place))
    ? { state: 'ok', text: `The policy service listens at ${where}.` }
    : {
        state: 'wrong',
        text: `Nothing listens at ${where} (POLICY_LISTEN): is the console running with it?`
      };
}

async function keys({ db }: Pick<Deps, 'db'>): Promise<Finding[]> {
  const applications = await askingApplications(db, 'quotas.ledger.consume');
  return applications.map(({ name, status, keyUntil }): Finding => {
    if (status === 'suspended')
      return { state: 'note', text: `${name} is suspended: what it asks is refused.` };
    if (keyUntil === null)
      return { state: 'wrong', text: `${name} has no key that works: create one under Applications.` };
    const until = new Date(keyUntil).toISOString();
    return Date.parse(until) - Date.now() < SOON_MS
      ? { state: 'note', text: `The last key of ${name} ends ${until}: rotate it in time.` }
      : { state: 'ok', text: `${name} has a key that works until ${until}.` };
  });
}

async function mail({ db }: Pick<Deps, 'db'>): Promise<Finding> {
  const { host, port } = await readSection(db, 'mail');
  if (host === '') return { state: 'note', text: 'Mail is not set up: alerts are shown on screen alone.' };
  return (await answersAt({ host, port }))
    ? { state: 'ok', text: `The mail server ${host}:${port} can be reached.` }
    : { state: 'wrong', text: `The mail server ${host}:${port} cannot be reached from here.` };
}

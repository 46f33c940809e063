import type postgres from 'postgres';
import type { Records } from '../../src/lib/client/outbox/record';
import type { Request } from '../../src/lib/client/outbox/requests';
import type { Sent } from '../../src/lib/client/outbox/transport';
import { readGranted, readRoleHeader } from '../../src/lib/docs/role-doc';
import { Device } from './device';
import { Crash, PERMISSIONS, type Founding, type SimulatedServer } from './server';
import { calm, World } from './world';

/** Defects that a run can be given, to see that the checks find them. */
export const FAULTS = [
  'the server forgets what it answered',
  'the server answers before it commits',
  'authority is that of before',
  'a suspended person may go on',
  'a grant ignores revocations',
  'a rename ignores renames',
  'refused parts are not told',
  'a refusal counts as success',
  'every try is another operation',
  'a change is forgotten once it is sent',
  'what was fixed is amended after a crash',
  'pages keep changes in memory alone',
  'what landed is let go of too early',
  'a reader that comes back is told nothing'
] as const;
export type Fault = (typeof FAULTS)[number];

export type RunResult = { seed: number; problem: string | null; fingerprint: string; answered: number };

type Known = { seq: number };
/** What the author of a request knew, as it left for the first time. */
type Asked = { device: Device; request: Request; knew: Map<string, number>; answer: Sent | null };

const ROUNDS = 26;
const DEADLINE_MS = 15_000;

/** One run: people edit a role and each other over a bad network, then everything heals, and everything is checked. */
export async function run(
  server: SimulatedServer,
  sql: postgres.Sql,
  seed: number,
  fault: Fault | null = null
): Promise<RunResult> {
  const world = new World(seed);
  const { random } = world;
  const founding = await server.found(`${seed}-${runs++}`);
  await server.sequence();
  const { people, roles } = founding;
  const devices: Device[] = [];
  const asked = new Map<string, Asked>();
  const problems: string[] = [];
  /** Records that their author took away by hand. */
  const takenBack = new Set<string>();
  let byHand = false;
  /** Records that were on a disk: without room there, a page that dies takes its own with it, and has said so. */
  const kept = new Set<string>();
  let ops = 0;
  let answered = 0;
  /** What each device last had on screen when it asked for a part: version of the role. */
  const knew = new Map<Device, Map<string, Known>>();
  const acknowledged = new Map<Device, Acknowledged>();
  const roleDocument = `role:${roles.edited}`;

  const newOp = () => {
    const n = (ops++).toString(16).padStart(12, '0');
    const [a, b] = [
      (seed >>> 0).toString(16).padStart(8, '0'),
      (runs & 0xffff).toString(16).padStart(4, '0')
    ];
    return `${a}-${b}-4000-8000-${n}`;
  };

  async function deliver(device: Device, request: Request, sid: string | null): Promise<Sent> {
    const first = asked.get(String(request.input['op']));
    let given = request;
    if (fault === 'a grant ignores revocations' && 'grant' in request.input)
      given = { ...request, input: { ...request.input, seen: 1_000_000, seenParts: undefined } };
    if (fault === 'a rename ignores renames' && 'name' in request.input)
      given = { ...request, input: { ...request.input, seen: 1_000_000, seenParts: undefined } };
    if (fault === 'the server forgets what it answered')
      given = { ...given, input: { ...given.input, op: newOp() } };
    if (JSON.stringify(given.input).includes('seenParts'))
      given = { ...given, input: JSON.parse(JSON.stringify(given.input)) as Request['input'] };
    const before = await standIn(device);
    server.crashBeforeCommit = random.chance(0.04);
    let sent: Sent;
    try {
      sent = await server.handle(given, sid, device.personId);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      server.restart();
      return fault === 'the server answers before it commits' && request.procedure === 'roles.edit'
        ? { is: 'answer', answer: { seq: 1, applied: appliedAll(request), refused: [] } }
        : { is: 'lost' };
    } finally {
      server.crashBeforeCommit = false;
      await before();
    }
    world.trace(`${request.procedure} ${JSON.stringify(stable(request.input))} → ${outcome(sent)}`);
    if (first) first.answer = sent;
    // It stops after the commit, before anybody hears of it.
    if (random.chance(0.05)) {
      server.restart();
      return { is: 'lost' };
    }
    if (random.chance(0.6)) await server.sequence();
    return sent;
  }

  /** Seeded faults of the server: somebody keeps for one request what was taken from them. */
  async function standIn(device: Device): Promise<() => Promise<void>> {
    const none = async () => undefined;
    if (fault !== 'authority is that of before' && fault !== 'a suspended person may go on') return none;
    if (device.personId !== people.mate) return none;
    const [row] = await sql<{ role_id: string; status: string }[]>`
      select role_id, status from administrators where id = ${people.mate}`;
    if (!row) return none;
    const put = (role: string, status: string) =>
      sql.begin(async (tx) => {
        await tx`set local session_replication_role = replica`;
        await tx`update administrators set role_id = ${role}, status = ${status} where id = ${people.mate}`;
      });
    if (fault === 'authority is that of before') await put(roles.mate, row.status);
    else {
      await put(row.role_id, 'active');
      device.sid = await server.signIn(people.mate, true).catch(() => device.sid);
    }
    return async () => void (await put(row.role_id, row.status));
  }

  function send(device: Device, request: Request): Promise<Sent> {
    let op = String(request.input['op']);
    let leaving = request;
    if (fault === 'every try is another operation' && asked.has(op)) {
      op = newOp();
      leaving = { ...request, input: { ...request.input, op } };
    }
    if (![device.page, device.other].some((page) => page?.outbox.records.some((record) => record.op === op)))
      problems.push(`sent under an id that no change has: ${op}`);
    if (!asked.has(op)) {
      const known = knew.get(device)!;
      const parts = new Map([...known].map(([key, { seq }]) => [key, seq]));
      asked.set(op, { device, request: leaving, knew: parts, answer: null });
    }
    return new Promise((resolve) => {
      let done = false;
      const end = (sent: Sent) => {
        if (done) return;
        done = true;
        if (sent.is === 'answer') {
          answered++;
          if (device.lives === lives) note(device, leaving, sent.answer);
        }
        resolve(spoilt(sent, leaving));
      };
      const { sid, lives } = device;
      world.after(DEADLINE_MS, () => end({ is: 'lost' }));
      if (!device.online || random.chance(0.08)) return void world.after(5, () => end({ is: 'lost' }));
      world.after(random.whole(1, 400), async () => {
        const sent = await deliver(device, leaving, sid);
        // A copy that comes much later.
        if (random.chance(0.08))
          world.after(random.whole(1_000, 90_000), () => deliver(device, leaving, sid));
        if (random.chance(0.1) || !device.online) return;
        world.after(random.whole(1, 400), () => end(sent));
      });
    });
  }

  /** What the server acknowledged, as its author may rely on from then on: also what was so already. */
  function note(device: Device, request: Request, answer: unknown): void {
    const { seq, refused = [] } = answer as { seq: number; refused?: { permission?: string }[] };
    const { grant = [], revoke = [] } = request.input as { grant?: string[]; revoke?: string[] };
    const left = new Set(refused.map(({ permission }) => permission));
    for (const [ids, value] of [[grant, true] as const, [revoke, false] as const])
      for (const id of ids) if (!left.has(id)) acknowledged.get(device)!.set(id, { value, seq });
  }

  function spoilt(sent: Sent, request: Request): Sent {
    if (fault === 'refused parts are not told' && sent.is === 'answer')
      return { is: 'answer', answer: { ...(sent.answer as object), refused: [] } };
    if (
      fault === 'a refusal counts as success' &&
      sent.is === 'refused' &&
      sent.refusal.code.startsWith('access/')
    )
      return { is: 'answer', answer: { seq: 1, applied: appliedAll(request), refused: [] } };
    return sent;
  }

  function onwritten(device: Device, before: Records, after: Records): void {
    const left = new Set(after.map(({ op }) => op));
    for (const op of left) kept.add(op);
    for (const record of before) {
      if (left.has(record.op) || takenBack.has(record.op)) continue;
      if (byHand) takenBack.add(record.op);
      else if (record.stage.is !== 'landed' && !asked.get(record.op)?.answer)
        problems.push(`a change left the device before its answer: ${record.op}`);
    }
    if (fault === 'what landed is let go of too early')
      for (const record of after)
        if (record.stage.is === 'landed') device.page?.outbox.settle(device.subject, Infinity);
    for (const record of after)
      if (record.stage.is === 'refused' && /^(busy|input\/op-reused|auth\/)/.test(record.stage.reason.code))
        problems.push(`refused with ${record.stage.reason.code}`);
  }

  const prove = async (device: Device) => {
    device.sid = await server.signIn(device.personId, true).catch(() => device.sid);
  };

  const owners: [string, string][] = [
    [people.boss, 'boss'],
    [people.second, 'second'],
    [people.mate, 'mate'],
    [people.boss, 'boss']
  ];
  for (const [personId, name] of owners) {
    const device = new Device(personId, { world, roleId: roles.edited, name, send, prove, newOp, onwritten });
    device.sid = await server.signIn(personId, random.chance(0.7));
    knew.set(device, new Map());
    acknowledged.set(device, new Map());
    devices.push(device);
    await sync(device);
    device.open();
    await calm();
    await sync(device);
  }

  async function sync(device: Device): Promise<void> {
    if (!device.online) return;
    if (fault === 'a reader that comes back is told nothing' && device.page && random.chance(0.5)) return;
    const update = await server.missing(roleDocument, device.vector);
    if (device.page) device.take(update);
    else device.disk.replica = update;
  }

  function hand(work: () => void): void {
    byHand = true;
    work();
  }

  function act(device: Device): void {
    const { page } = device;
    if (!page) return;
    const { edits, outbox } = page;
    const known = knew.get(device)!;
    const note = (key: string) => known.set(key, { seq: edits.seq });
    const kind = random.whole(0, 13);
    hand(() => {
      if (kind <= 5) {
        const id = random.pick(PERMISSIONS);
        note(id);
        edits.set([id], !edits.shown(id));
      } else if (kind === 6) {
        const ids = PERMISSIONS.filter(() => random.chance(0.4));
        for (const id of ids) note(id);
        edits.set(ids, random.chance(0.5));
      } else if (kind === 7)
        edits.setField('name', `Name ${random.whole(1, 999)} of ${founding.roles.edited}`);
      else if (kind === 8) edits.setField('description', `About ${random.whole(1, 9)}`);
      else if (kind === 9 || kind === 10) {
        const before = PERMISSIONS.map((id) => edits.shown(id));
        if (kind === 9) edits.undo();
        else edits.redo();
        // What is on screen is what its author knows.
        for (const [index, id] of PERMISSIONS.entries()) if (edits.shown(id) !== before[index]) note(id);
      } else if (kind === 11 && outbox.refused.length > 0) {
        const record = random.pick(outbox.refused);
        takenBack.add(record.op);
        if (random.chance(0.5)) outbox.discard(record.n);
        else {
          if (
            record.change.kind === 'edit' &&
            record.stage.is === 'refused' &&
            'version' in record.stage.reason
          )
            for (const key of Object.keys(record.change.parts))
              known.set(key, { seq: Math.max(known.get(key)?.seq ?? 0, record.stage.reason.version) });
          outbox.askAgain(record.n);
        }
      } else if (device.personId === people.second && kind === 12 && random.chance(0.3)) against(device);
    });
  }

  const againstMate = fault === 'authority is that of before' || fault === 'a suspended person may go on';

  /** Somebody stronger takes from one of the editors what they may, or lets them in no more. */
  function against({ page }: Device): void {
    const subject = `person:${people.mate}` as const;
    if (fault === 'authority is that of before' || (fault === null && random.chance(0.5)))
      page?.outbox.edit(subject, 'mate', [
        { key: 'roleId', value: roles.weak, committed: null, seen: 1_000_000 }
      ]);
    else
      void page?.outbox.deed({
        procedure: 'administrators.suspend',
        input: { id: people.mate },
        subject,
        label: 'mate'
      });
  }

  for (let round = 0; round < ROUNDS; round++) {
    const device = random.pick(devices);
    const chance = random.next();
    if (round === 8 && (againstMate || random.chance(0.2))) against(devices[1]!);
    else if (chance < 0.1) device.online = !device.online;
    else if (chance < 0.16) {
      device.crash();
      acknowledged.get(device)!.clear();
      if (fault === 'a change is forgotten once it is sent')
        device.disk.records = device.disk.records.filter(({ stage }) => stage.is !== 'sent');
      if (fault === 'what was fixed is amended after a crash')
        device.disk.records = device.disk.records.map((record) =>
          record.stage.is === 'sent' ? { ...record, stage: { is: 'queued' } } : record
        );
      if (fault === 'pages keep changes in memory alone') {
        for (const { op, stage } of device.disk.records)
          if (stage.is !== 'landed') problems.push(`what was kept is gone: ${op}`);
        device.disk.records = [];
      }
      await calm();
      device.open();
    } else if (chance < 0.2) device.openOther();
    else if (chance < 0.24) device.disk.full = !device.disk.full;
    else act(device);
    await calm();
    byHand = false;
    await world.runFor(random.whole(10, 3_000));
    if (random.chance(0.5)) await server.sequence();
    await sync(random.pick(devices));
    for (const each of devices) checkOverlay(each, acknowledged.get(each)!, problems);
  }

  // Everything heals.
  for (const device of devices) {
    device.online = true;
    device.disk.full = false;
    if (!device.page) device.open();
    device.page!.outbox.retryNow();
  }
  for (let turn = 0; turn < 12; turn++) {
    await world.runFor(30_000);
    for (const device of devices) {
      if (device.page!.outbox.held.length > 0) {
        await prove(device);
        await device.page!.outbox.release();
      }
      device.page!.outbox.retryNow();
    }
  }
  await world.runFor(120_000);
  await server.sequence();
  await server.sequence();
  const last = fault;
  for (const device of devices) {
    if (last !== 'a reader that comes back is told nothing') await sync(device);
    await calm();
  }
  problems.push(...(await check({ sql, founding, devices, asked, takenBack, kept })));
  for (const device of devices) device.crash();
  const [problem = null] = problems;
  return { seed, problem, fingerprint: world.fingerprint, answered };
}

let runs = 0;

type Acknowledged = Map<string, { value: boolean; seq: number }>;

/** What is acknowledged is never shown as if it were not: until the replica has it, the overlay does. */
function checkOverlay({ page }: Device, acknowledged: Acknowledged, problems: string[]): void {
  if (!page) return;
  const own = (key: string) =>
    page.outbox.records.some(
      ({ change, stage }) => change.kind === 'edit' && key in change.parts && !/landed|refused/.test(stage.is)
    );
  for (const [key, { value, seq }] of acknowledged)
    if (page.edits.seq >= seq) acknowledged.delete(key);
    else if (!own(key) && page.edits.shown(key) !== value) problems.push(`${key} is shown as it was before`);
}

function appliedAll({ input }: Request): object {
  const { grant = [], revoke = [] } = input as { grant?: string[]; revoke?: string[] };
  return { granted: grant, revoked: revoke, fields: [] };
}

/** The parts of a request that repeat with its seed: ids of a run do not. */
function stable(input: Request['input']): object {
  return Object.fromEntries(
    Object.entries(input).filter(([key]) => !['op', 'id', 'claimedAt', 'roleId', 'name'].includes(key))
  );
}

function outcome(sent: Sent): string {
  if (sent.is === 'refused') return sent.refusal.code;
  if (sent.is === 'lost') return 'lost';
  const { refused = [] } = sent.answer as { refused?: { code: string }[] };
  return refused.map(({ code }) => code).join(' ') || 'landed';
}

type Facts = {
  sql: postgres.Sql;
  founding: Founding;
  devices: readonly Device[];
  asked: ReadonlyMap<string, Asked>;
  takenBack: ReadonlySet<string>;
  kept: ReadonlySet<string>;
};

type Entry = {
  action: string;
  outcome: string;
  op?: string;
  actor: { id: string | null };
  target: { id: string };
  change: { path: string; old: unknown; new: unknown }[];
};

/** Everything that must hold in the end, by a model of its own over the log. */
async function check({ sql, founding, devices, asked, takenBack, kept }: Facts): Promise<string[]> {
  const problems: string[] = [];
  const { roles, people } = founding;
  const ids = Object.values(people);
  const log = await sql<{ doc: Entry }[]>`
    select e.doc from audit.seq s join audit.entry e using (n)
    where e.doc->'actor'->>'id' in ${sql(ids)} and e.doc->>'outcome' = 'success' order by s.seq`;
  const answers = await sql<{ actor: string; op: string }[]>`
    select actor, op from operations where actor in ${sql(ids)}`;
  const stored = new Set(answers.map(({ op }) => op));
  const grants = new Map<string, Set<string>>([
    [roles.edited, new Set(PERMISSIONS.slice(0, 3))],
    [roles.boss, new Set(PERMISSIONS)],
    [roles.mate, new Set(PERMISSIONS.slice(0, 5))],
    [roles.weak, new Set()]
  ]);
  const roleOf = new Map([
    [people.boss, roles.boss],
    [people.second, roles.boss],
    [people.mate, roles.mate],
    [people.member, roles.edited]
  ]);
  const suspended = new Set<string>();
  const manages = new Set([roles.boss, roles.mate]);
  const done = new Set<string>();
  const fields: Record<string, unknown> = {};
  /** The last revocation of a permission: the version it made, and whose operation it was. */
  const revoked = new Map<string, { version: number; by: Device | null }>();
  const renamed = new Map<string, { version: number; by: Device | null }>();
  let version = 1;
  for (const { doc } of log) {
    const { action, op = '', actor, target, change } = doc;
    const who = actor.id!;
    if (done.has(`${op}`)) problems.push(`${action} of ${op} is in the log twice`);
    done.add(op);
    const request = asked.get(op);
    if (suspended.has(who)) problems.push(`${action} by somebody who is suspended`);
    if (!manages.has(roleOf.get(who)!)) problems.push(`${action} by somebody who may not any more`);
    if (action === 'role.edited' && target.id === roles.edited) {
      version++;
      const held = grants.get(roleOf.get(who)!)!;
      const now = grants.get(roles.edited)!;
      for (const { path, old, new: value } of change) {
        if (path !== 'permissions') {
          const last = renamed.get(path);
          const knew = (request?.request.input['seenParts'] as Record<string, number> | undefined)?.[path];
          const seen = knew ?? Number(request?.request.input['seen'] ?? 0);
          if (last && last.version > seen && last.by !== request?.device)
            problems.push(`${path} was overwritten unseen`);
          renamed.set(path, { version, by: request?.device ?? null });
          fields[path] = value;
          continue;
        }
        for (const id of value as string[]) {
          if (!held.has(id)) problems.push(`${id} was granted by somebody who does not hold it`);
          const last = revoked.get(id);
          const own = last !== undefined && last.by !== null && last.by === request?.device;
          if (last && !own && last.version > (request?.knew.get(id) ?? 0))
            problems.push(`${id} was granted in ignorance of its revocation`);
          now.add(id);
        }
        for (const id of old as string[]) {
          now.delete(id);
          revoked.set(id, { version, by: request?.device ?? null });
        }
      }
      // Whoever edits a role holds what its members hold.
      if ([...grants.get(roles.edited)!].some((id) => !held.has(id) && !PERMISSIONS.slice(5).includes(id)))
        problems.push('the role was edited by somebody weaker than its members');
    }
    const role = change.find(({ path }) => path === 'roleId');
    if (role) roleOf.set(target.id, String(role.new));
    if (action === 'administrator.suspended') suspended.add(target.id);
  }

  const cells = await sql<{ permission_id: string }[]>`
    select permission_id from role_permissions where role_id = ${roles.edited} and granted`;
  const [row] = await sql<{ name: string; description: string; seq: number }[]>`
    select name, description, seq::int from roles where id = ${roles.edited}`;
  const inForce = cells.map(({ permission_id }) => permission_id).sort();
  const same = (found: Iterable<string>) => JSON.stringify([...found].sort()) === JSON.stringify(inForce);
  if (!same(grants.get(roles.edited)!)) problems.push('rows and log disagree');
  if (row!.seq !== version) problems.push('the version counts other changes than the log');
  for (const field of ['name', 'description'] as const)
    if (field in fields && fields[field] !== row![field])
      problems.push(`${field} is another one than the log says`);

  for (const device of devices) {
    const { page } = device;
    if (!page) continue;
    if (!same(readGranted(page.doc))) problems.push('a replica shows something else than the rows');
    if (readRoleHeader(page.doc)?.name !== row!.name) problems.push('a replica has another name');
    const ended = device.personId === people.mate && suspended.has(people.mate);
    if (!ended && page.outbox.pending.length > 0) problems.push('something never got an answer');
  }
  for (const [op, { request, answer, device }] of asked) {
    if (!answer) continue;
    if (answer.is === 'answer' && !stored.has(op))
      problems.push(`${op} was acknowledged, and the database does not know it`);
    // On a full disk the page alone knows.
    const shown = device.page?.outbox.records ?? [];
    const told = new Set(
      shown.flatMap((record) =>
        record.op === op && record.stage.is === 'refused' && record.change.kind === 'edit'
          ? Object.keys(record.change.parts)
          : []
      )
    );
    const parts =
      answer.is === 'answer'
        ? ((answer.answer as { refused?: { permission?: string; field?: string }[] }).refused ?? [])
        : [];
    const missing = parts.some(
      ({ permission, field }) => !told.has(permission ?? '') && !told.has(field ?? '')
    );
    const whole =
      answer.is === 'refused' &&
      !/^(busy|auth\/)/.test(answer.refusal.code) &&
      !shown.some((record) => record.op === op && record.stage.is === 'refused');
    if (
      (missing || whole) &&
      kept.has(op) &&
      !takenBack.has(op) &&
      request.procedure !== 'administrators.suspend'
    )
      problems.push(`a refusal was not shown to its author: ${op}`);
  }
  return problems;
}

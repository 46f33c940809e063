import { expect, test, vi } from 'vitest';
import type { Deps } from '../src/lib/server/services/write-path/deps';
import { GaugeRooms } from './gauge-rooms';
import { LiveRoom } from './live-room';
import type { Reader } from './reader';

const deps = { log: { warn: vi.fn() } } as unknown as Deps;
const platform = { paused: null, total: null, marks: [80, 90] as [number, number] };
const account = { kind: 'user', id: 'u' } as const;
const user: Reader = { ...account, shown: account, visitor: null };

/** A room of staff and one of a user, whose look is answered when it is said. */
function rooms() {
  const answers: (() => void)[] = [];
  const all = vi.fn(() => Promise.resolve({ cells: new Map(), senders: new Set<string>(), platform }));
  const ofUsers = vi.fn(() => new Promise<null[]>((resolve) => answers.push(() => resolve([null]))));
  const open: LiveRoom[] = [];
  const gauges = new GaugeRooms(deps, () => open, { all: { look: all }, ofUsers: { look: ofUsers } });
  for (const reader of [null, user])
    open.push(
      new LiveRoom(reader ? 'own' : 'gauges', { key: String(reader), reader, db: null as never }, () =>
        gauges.look(reader)
      )
    );
  return { gauges, open, all, ofUsers, answer: () => answers.shift()?.() };
}

test('[QUO-6] staff see what moves while the gauges of a user cannot be read', async () => {
  const { gauges, open, all, ofUsers } = rooms();
  await gauges.tick();
  await gauges.tick();
  await open[0]!.follow();
  expect(all).toHaveBeenCalledTimes(3);
  expect(ofUsers).toHaveBeenCalledTimes(1);
});

test('a user who comes sees a look that began after they came', async () => {
  const { gauges, open, ofUsers, answer } = rooms();
  await gauges.tick();
  const shown = vi.fn();
  const entered = open[1]!.follow().then(shown);
  await vi.waitFor(() => expect(ofUsers).toHaveBeenCalledTimes(1));
  answer();
  await vi.waitFor(() => expect(ofUsers).toHaveBeenCalledTimes(2));
  expect(shown).not.toHaveBeenCalled();
  answer();
  await entered;
});

import { addLayerAsks, type LayerAsks, type LayerDoor } from '../../db/tables/sending-layers-table';
import { gatheredWrites } from '../write-path/gathered-writes';
import type { Deps } from '../write-path/deps';

/** An ask of a sending layer, as it arrived. */
export type LayerAsk = {
  door: LayerDoor;
  /** Owner of the key (`application:<id>`); of Postfix, the name of the mail server. */
  caller: string;
  /** Address from which it asked; null: a socket of this machine. */
  address: string | null;
  /** The state of the Postfix protocol. */
  state?: string;
  /** True if the ask gave a number of recipients. */
  units: boolean;
  /** Answer given; `unknown`: refused because nobody knows the sender. */
  answer: 'granted' | 'refused' | 'unknown' | { unanswered: string };
};

/** Asks of sending layers (QUO-6): counted in memory, so that no ask is a write of its own. */
export type SendingLayers = {
  heard(ask: LayerAsk): void;
  stop(): Promise<void>;
};

const EVERY_MS = 2000;
/** Layers that are gathered between two writes; asks of further ones are not noted. */
const MOST_LAYERS = 1000;
const LONGEST = 100;

export function sendingLayers(deps: Pick<Deps, 'db' | 'log'>, everyMs = EVERY_MS): SendingLayers {
  let heard = new Map<string, LayerAsks>();
  const writes = gatheredWrites(everyMs, async () => {
    const gathered = heard;
    heard = new Map();
    await addLayerAsks(deps.db, [...gathered.values()]).catch((error: unknown) =>
      deps.log.warn({ err: error }, 'who asks the ledger could not be noted')
    );
  });
  return {
    heard(ask) {
      const layer = newLayer(ask);
      const key = JSON.stringify([layer.door, layer.caller, layer.address]);
      const known = heard.get(key);
      if (!known && heard.size >= MOST_LAYERS) return;
      heard.set(key, withAsk(known ?? layer, ask, new Date().toISOString()));
      writes.soon();
    },
    stop: () => writes.stop()
  };
}

function newLayer({ door, caller, address }: LayerAsk): LayerAsks {
  return {
    ...{ door, caller: noted(caller), address: noted(address ?? 'unix') },
    ...{ askedAt: '', states: {}, unitsAt: null, asks: 0, refused: 0, unknown: 0, unanswered: 0 },
    ...{ problem: null, problemAt: null }
  };
}

function withAsk(layer: LayerAsks, { state, units, answer }: LayerAsk, at: string): LayerAsks {
  const unanswered = typeof answer === 'object';
  return {
    ...layer,
    askedAt: at,
    states: state === undefined ? layer.states : { ...layer.states, [noted(state)]: at },
    unitsAt: units ? at : layer.unitsAt,
    asks: layer.asks + 1,
    refused: layer.refused + (answer === 'refused' || answer === 'unknown' ? 1 : 0),
    unknown: layer.unknown + (answer === 'unknown' ? 1 : 0),
    ...(unanswered
      ? { unanswered: layer.unanswered + 1, problem: noted(answer.unanswered), problemAt: at }
      : {})
  };
}

/** Text that others wrote, cut to what the database takes. */
function noted(text: string): string {
  return text.replaceAll('\0', '').slice(0, LONGEST).toWellFormed();
}

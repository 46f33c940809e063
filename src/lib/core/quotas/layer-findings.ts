/** Finding for whoever looks after an installation. `wrong`: it does not work as it should. */
export type Finding = { state: 'ok' | 'note' | 'wrong'; text: string };

/** A sending layer as it asked. Times are ISO 8601. */
export type LayerFacts = {
  door: 'http' | 'postfix';
  by: { type: string; id: string; name: string | null } | null;
  mta: string | null;
  address: string;
  askedAt: string;
  states: Readonly<Record<string, string>>;
  unitsAt: string | null;
  unknown: number;
  problem: { text: string; at: string } | null;
};

const AT_END = 'END-OF-MESSAGE';
const HOUR_MS = 3_600_000;
/** A problem of longer ago was mended, or the layer is gone. */
const RECENT_MS = 24 * HOUR_MS;

/**
 * Reason why nothing, or nothing any more, is counted of what a mail server sends; null: it is counted. At RCPT and
 * DATA it is only looked: what is sent is counted at the end of a message.
 */
export function countsNothing({
  door,
  states,
  unitsAt
}: Pick<LayerFacts, 'door' | 'states' | 'unitsAt'>): 'never-at-end' | 'no-longer-at-end' | 'no-units' | null {
  if (door !== 'postfix') return null;
  const { [AT_END]: end, ...others } = states;
  if (end === undefined) return 'never-at-end';
  const newest = Object.values(others).sort().at(-1);
  if (newest !== undefined && Date.parse(newest) - Date.parse(end) >= RECENT_MS) return 'no-longer-at-end';
  return unitsAt === null ? 'no-units' : null;
}

/**
 * Findings on how sending layers ask (QUO-5): the ways in which a mail server that is set up wrongly counts
 * nothing.
 */
export function layerFindings(layers: readonly LayerFacts[], now: Date): Finding[] {
  if (layers.length === 0)
    return [{ state: 'note', text: 'No sending layer has asked yet: nothing is counted (docs/caps.md).' }];
  const recent = layers.filter(({ askedAt }) => now.getTime() - Date.parse(askedAt) < RECENT_MS);
  return [...layers.flatMap((layer) => findingsOf(layer, now)), ...sharedNames(recent)];
}

function findingsOf(layer: LayerFacts, now: Date): Finding[] {
  const name = nameOf(layer);
  const states = Object.keys(layer.states).sort().join(', ') || 'no state of the protocol';
  const found: Finding[] = [];
  const add = (state: Finding['state'], text: string) => found.push({ state, text: `${name}: ${text}` });
  const fault = layer.mta === '' ? null : countsNothing(layer);
  if (fault === 'no-units') add('wrong', `it asks at ${states}, and no number of recipients arrives.`);
  else if (fault !== null)
    add(
      'wrong',
      `it asks at ${states} and ${fault === 'never-at-end' ? 'never' : 'no longer'} at END-OF-MESSAGE, so nothing is counted. Put check_policy_service into smtpd_end_of_data_restrictions.`
    );
  if (layer.mta === '')
    add('wrong', 'it gives no name in policy_context, or not the token that POLICY_TOKEN demands.');
  if (layer.problem && now.getTime() - Date.parse(layer.problem.at) < RECENT_MS)
    add('wrong', `a request got no answer at ${layer.problem.at}: ${layer.problem.text}.`);
  if (layer.unknown > 0)
    add(
      'note',
      `${layer.unknown} asks were for senders that no one knows. A login is an email address or an id.`
    );
  const silent = now.getTime() - Date.parse(layer.askedAt) >= HOUR_MS ? ' It has been silent since.' : '';
  if (found.every(({ state }) => state !== 'wrong'))
    add('ok', `last asked ${layer.askedAt}${layer.door === 'postfix' ? `, at ${states}` : ''}.${silent}`);
  return found;
}

/**
 * Postfix numbers its messages on each machine: two of one name could have one’s message taken for the other’s. One
 * that has two addresses looks the same from here.
 */
function sharedNames(layers: readonly LayerFacts[]): Finding[] {
  const names = new Map<string, Set<string>>();
  for (const { mta, address } of layers)
    if (mta !== null && mta !== '') names.set(mta, (names.get(mta) ?? new Set()).add(address));
  return [...names].flatMap(([mta, addresses]): Finding[] =>
    addresses.size < 2
      ? []
      : [
          {
            state: 'note',
            text: `${mta} asks from ${[...addresses].sort().join(' and ')}. If these are two mail servers, give each a name of its own in policy_context: one’s messages could pass for the other’s.`
          }
        ]
  );
}

function nameOf({ by, mta, address }: LayerFacts): string {
  if (by) return `${by.name ?? by.id} (${address})`;
  return `${mta === '' ? 'A mail server without a name' : mta} (${address})`;
}

import { canonicalJson } from '../canonical-json';
import { spellOut } from '../inert-text';
import { actorName, type LoggedEntry } from '../logged-entry';

// Entries as RFC 5424 messages, framed by their length (RFC 6587 3.4.1, RFC 5425 4.3).

/** "Log audit". */
const FACILITY = 13;
const SEVERITIES = { success: 6, denied: 4, error: 3 } as const;

/** Id with the number that is reserved for those who have none of their own (RFC 5612). */
const SD_ID = 'rolecall@32473';
const LONGEST_MSGID = 32;
/** Collectors must take 2,048 bytes and should take 8,192 (RFC 5425 4.3.1): what changed is what can be long. */
const LONGEST_CHANGE = 4_000;
const LONGEST_VALUE = 400;
const BYTE_ORDER_MARK = '\uFEFF';

/** A message and the length before it, as they go out. `host`: under which name this console is known. */
export function syslogFrame(entry: LoggedEntry, host: string): Uint8Array {
  const message = new TextEncoder().encode(syslogMessage(entry, host));
  const length = new TextEncoder().encode(`${message.length} `);
  const frame = new Uint8Array(length.length + message.length);
  frame.set(length);
  frame.set(message, length.length);
  return frame;
}

export function syslogMessage(entry: LoggedEntry, host: string): string {
  const { body, summary, detail } = entry;
  const priority = FACILITY * 8 + SEVERITIES[body.outcome];
  const sentence = `${actorName(entry)}: ${[summary, detail].filter(Boolean).join(', ')}`;
  const header = [
    `<${priority}>1`,
    body.at,
    word(host, 255),
    'rolecall',
    '-',
    word(body.action, LONGEST_MSGID)
  ];
  return `${header.join(' ')} ${structuredData(entry)} ${BYTE_ORDER_MARK}${spellOut(sentence)}`;
}

function structuredData({ seq, body, facts }: LoggedEntry): string {
  const { actor, target } = body;
  const change = body.change.length === 0 ? '' : canonicalJson([...body.change]);
  const parameters: [string, string | number | null | undefined][] = [
    ['seq', seq],
    ['id', body.id],
    ['action', body.action],
    ['outcome', body.outcome],
    ['reason', body.reason],
    ['actorType', actor.type],
    ['actorId', actor.id],
    ['actor', actor.name],
    ['session', actor.sid],
    ['assurance', actor.aal],
    ['via', actor.via],
    ['onBehalfOfId', body.on_behalf_of?.id],
    ['onBehalfOf', body.on_behalf_of?.name],
    ['targetType', target.type],
    ['targetId', target.id],
    ['target', target.name],
    ['ip', facts.ip],
    ['email', facts.email],
    ['userAgent', facts.userAgent],
    ['request', body.req],
    ['operation', body.op],
    ['claimedAt', body.claimed_at]
  ];
  const given = parameters
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => parameter(name, shortened(String(value), LONGEST_VALUE)));
  if (change !== '') given.push(parameter('change', shortened(change, LONGEST_CHANGE)));
  return `[${[SD_ID, ...given].join(' ')}]`;
}

/** `"`, `\` and `]` are escaped (RFC 5424 6.3.3); controls, which a value may not act with, are spelt out before. */
function parameter(name: string, value: string): string {
  return `${name}="${spellOut(value).replace(/["\\\]]/g, '\\$&')}"`;
}

/** Never in the middle of a character. */
function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${[...text.slice(0, most)].slice(0, -1).join('')}…`;
}

/** Word of the header: printable ASCII without a blank; other characters become `_`, and nothing becomes `-`. */
function word(text: string, most: number): string {
  return text.replace(/[^\x21-\x7e]/g, '_').slice(0, most) || '-';
}

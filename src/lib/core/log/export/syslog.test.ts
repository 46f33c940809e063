import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LoggedEntry } from '../logged-entry';
import { syslogFrame, syslogMessage } from './syslog';

const entry = (more: Partial<LoggedEntry['body']> = {}): LoggedEntry => ({
  seq: 7,
  body: {
    id: '0190c0de-0000-7000-8000-000000000001',
    at: '2026-11-22T05:00:01.000000Z',
    action: 'auth.sign_in',
    outcome: 'success',
    actor: { type: 'administrator', id: 'p1', name: 'Maya Lindqvist' },
    target: { type: 'session', id: 's1', name: null },
    change: [],
    ...more
  },
  facts: { ip: '192.0.2.7', peer: null, userAgent: null, email: null },
  summary: 'Signed in',
  detail: 'Password'
});

/** RFC 5424, by the letter. */
const MESSAGE =
  /^<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) ([\x21-\x7e]{1,255}) ([\x21-\x7e]{1,48}) - ([\x21-\x7e]{1,32}) \[([^ =\]"]+)((?: [^ =\]"]{1,32}="(?:[^"\\\]]|\\["\\\]])*")*)\] \uFEFF(.*)$/su;

describe('[L-15] RFC 5424', () => {
  test('a message says what the entry says', () => {
    expect(syslogMessage(entry(), 'console.example')).toBe(
      '<110>1 2026-11-22T05:00:01.000000Z console.example rolecall - auth.sign_in [rolecall@32473 seq="7" ' +
        'id="0190c0de-0000-7000-8000-000000000001" action="auth.sign_in" outcome="success" actorType="administrator" ' +
        'actorId="p1" actor="Maya Lindqvist" targetType="session" targetId="s1" ip="192.0.2.7"] ' +
        '\uFEFFMaya Lindqvist: Signed in, Password'
    );
  });

  test('[TEN-6] it names the member of staff, and in whose place it was', () => {
    const user = { type: 'user' as const, id: 'u1', name: 'Orchard "&" Vine' };
    const [, , , , , , , data] = MESSAGE.exec(syslogMessage(entry({ on_behalf_of: user }), 'h'))!;
    expect(data).toContain(' actorId="p1" actor="Maya Lindqvist"');
    expect(data).toContain(' onBehalfOfId="u1" onBehalfOf="Orchard \\"&\\" Vine"');
    expect(syslogMessage(entry(), 'h')).not.toContain('onBehalfOf');
  });

  test('the priority tells how it ended', () => {
    const priority = (outcome: 'success' | 'denied' | 'error') =>
      MESSAGE.exec(syslogMessage(entry({ outcome }), 'h'))?.[1];
    expect([priority('success'), priority('denied'), priority('error')]).toEqual(['110', '108', '107']);
  });

  test('a long action is cut where the header ends it, and whole beside it', () => {
    const action = 'administrator.two_factor_required';
    const [, , , , msgid, , data] = MESSAGE.exec(syslogMessage(entry({ action }), 'h'))!
      .map(String)
      .slice(0, 8);
    expect(msgid).toBe('rolecall');
    expect(data).toBe('rolecall@32473');
    expect(syslogMessage(entry({ action }), 'h')).toContain(`- ${action.slice(0, 32)} [`);
    expect(syslogMessage(entry({ action }), 'h')).toContain(`action="${action}"`);
  });

  test('the frame is as long as it says, in bytes', () => {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(
      syslogFrame(entry({ actor: { type: 'administrator', id: 'p', name: 'Ümit 👩‍💻' } }), 'h')
    );
    const [, length, message] = /^(\d+) (.*)$/su.exec(text)!;
    expect(new TextEncoder().encode(message)).toHaveLength(Number(length));
  });

  test('[L-06] whatever a field holds, the message has its shape, on one line, of a size that collectors take', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 6000 }),
        fc.string({ unit: 'binary' }),
        (long, text) => {
          const hostile = entry({
            actor: { type: 'administrator', id: text, name: text },
            target: { type: 'role', id: text, name: text },
            change: [{ path: 'name', old: 'x', new: long.toWellFormed() }]
          });
          const message = syslogMessage({ ...hostile, summary: text }, text);
          expect(message).toMatch(MESSAGE);
          expect(message).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e]/u);
          expect(message.length).toBeLessThan(30_000);
        }
      ),
      { numRuns: 200 }
    );
  });
});

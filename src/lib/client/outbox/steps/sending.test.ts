import { describe, expect, test } from 'vitest';
import { requestOf } from '../requests';
import { after, change, edit, ROLE, suspend, tick } from '../../../../../tests/support/outbox-steps';
import { withdraw } from './edits';
import { discard } from './refused';
import { fixNext, hold, nextToSend, release } from './sending';

describe('[LIV-4] what is sent', () => {
  test('what waited for long says when it was made, the same at every try', () => {
    const soon = fixNext(2000)(after(tick('a')));
    expect(requestOf(soon[0]!).input).not.toHaveProperty('claimedAt');
    const late = fixNext(60_000)(after(tick('a')));
    expect(requestOf(fixNext(90_000)(late)[0]!).input['claimedAt']).toBe('1970-01-01T00:00:01.000Z');
  });

  test('a held change keeps those behind it of its own subject, and no others', () => {
    const held = hold('suspend')(
      fixNext(0)(after(suspend, edit('person:p', change('name', 'P', 'Q')), tick('a')))
    );
    expect(nextToSend(held)?.subject).toBe(ROLE);
    expect(nextToSend(release(() => 'other')(held))?.op).toBe('suspend');
  });

  test('[AUT-4] what was held is the same request afterwards; amended meanwhile, it is another operation', () => {
    const given = release(() => 'other');
    const held = hold('suspend')(fixNext(0)(after(suspend)));
    const [again] = fixNext(99_000)(given(held));
    expect(requestOf(again!)).toEqual(requestOf(held[0]!));
    const edits = fixNext(0)(after(edit('person:p', change('name', 'P', 'Q'), change('email', 'a', 'b'))));
    const less = withdraw('person:p', new Set(['email']))(hold(edits[0]!.op)(edits));
    expect(given(less)).toMatchObject([{ op: 'other', stage: { is: 'queued' } }]);
  });

  test('what was sent cannot be taken back, what waits can', () => {
    const records = fixNext(0)(after(tick('a'), suspend));
    expect(discard(1)(records)).toEqual(records);
    expect(discard(2)(records)).toHaveLength(1);
    expect(withdraw(ROLE, new Set(['a']))(records)).toEqual(records);
  });
});

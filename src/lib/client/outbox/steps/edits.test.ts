import { describe, expect, test } from 'vitest';
import { after, change, edit, ROLE, sendAll, suspend, tick } from '../../../../../tests/support/outbox-steps';
import { withdraw } from './edits';
import { fixNext } from './sending';

describe('[LIV-4] what waits', () => {
  test('edits of one subject travel together, those of another in their order', () => {
    const records = after(tick('a'), tick('b'), edit('role:billing', change('c', true, false)), tick('d'));
    expect(records.map(({ subject }) => subject)).toEqual([ROLE, 'role:billing', ROLE]);
    expect(sendAll(records).map(({ grant }) => grant)).toEqual([['a', 'b'], ['c'], ['d']]);
  });

  test('never joins what was fixed, and is behind a command that came before', () => {
    const fixed = fixNext(1000)(after(tick('a')));
    expect(tick('b')(fixed)).toHaveLength(2);
    const behind = after(
      edit('person:p', change('name', 'P', 'Q')),
      suspend,
      edit('person:p', change('email', 'p', 'q'))
    );
    expect(behind.map(({ change }) => change.kind)).toEqual(['edit', 'command', 'edit']);
  });

  test('taking back leaves no trace; replacing keeps what the author knew', () => {
    expect(after(tick('a'), tick('b'), edit(ROLE, change('a', false, false, 9)))).toMatchObject([
      { change: { parts: { b: { value: true } } } }
    ]);
    const renamed = after(
      edit(ROLE, change('name', 'One', 'Zero', 5)),
      edit(ROLE, change('name', 'Two', 'Zero', 9))
    );
    expect(renamed).toMatchObject([{ change: { parts: { name: { value: 'Two', from: 'Zero', seen: 5 } } } }]);
    expect(withdraw(ROLE, new Set(['name']))(renamed)).toEqual([]);
  });

  test('an edit against a committed value that moved meanwhile is an edit', () => {
    // Ticked here, then ticked by somebody else: the author who unticks now means it.
    const records = after(tick('a'), edit(ROLE, change('a', false, true, 8)));
    expect(sendAll(records)).toMatchObject([{ revoke: ['a'], seen: 8 }]);
  });

  test('one request, whatever its parts knew', () => {
    const [request] = sendAll(
      after(tick('a', true, 5), tick('b', false, 7), edit(ROLE, change('name', 'N', 'M', 6)))
    );
    expect(request).toMatchObject({ id: 'support', grant: ['a'], revoke: ['b'], name: 'N', seen: 7 });
    expect(request?.seenParts).toEqual({ a: 5, name: 6 });
    const [person] = sendAll(
      after(edit('person:p', change('caps.daily', 5, 'inherit'), change('roleId', 'r', 's')))
    );
    expect(person).toMatchObject({ id: 'p', roleId: 'r', caps: { daily: 5 }, seen: 5 });
  });
});

import { beforeEach, expect, test } from 'vitest';
import { draftsOf, holdsDrafts, type DraftForm } from './drafts';

/** A form with one field. */
function formOf(text: string): DraftForm<string> & { typed: string } {
  return {
    typed: text,
    draft() {
      return this.typed || null;
    },
    restore(draft) {
      this.typed = draft;
    }
  };
}

beforeEach(() => {
  for (const person of ['ana', 'bea']) draftsOf(person).forget();
});

test('[UX-4] what was in a form when the session ended is there for the same person', () => {
  draftsOf('ana').follow('administrator', formOf('half filled'));
  draftsOf('ana').keep();
  const [same, again, other] = [formOf(''), formOf(''), formOf('')];
  draftsOf('ana').follow('person:p', other);
  draftsOf('ana').follow('administrator', same);
  expect([same.typed, other.typed]).toEqual(['half filled', '']);
  // Once: what becomes of it from then on is the form's own.
  draftsOf('ana').follow('administrator', again);
  expect(again.typed).toBe('');
});

test('[LIV-9] nobody else gets it, not even by signing in between', () => {
  draftsOf('ana').follow('administrator', formOf('half filled'));
  draftsOf('ana').keep();
  const [beas, anas] = [formOf(''), formOf('')];
  draftsOf('bea').follow('administrator', beas);
  draftsOf('ana').follow('administrator', anas);
  expect([beas.typed, anas.typed]).toEqual(['', '']);
});

test('[LIV-9] whoever signs out leaves nothing', () => {
  draftsOf('ana').follow('administrator', formOf('half filled'));
  draftsOf('ana').keep();
  draftsOf('ana').forget();
  const form = formOf('');
  draftsOf('ana').follow('administrator', form);
  expect(form.typed).toBe('');
});

test('[UX-4] a form that was left, or holds nothing, keeps nothing', () => {
  const left = draftsOf('ana').follow('person:p', formOf('left on purpose'));
  draftsOf('ana').follow('person:q', formOf(''));
  left();
  draftsOf('ana').keep();
  const [p, q] = [formOf(''), formOf('untouched')];
  draftsOf('ana').follow('person:p', p);
  draftsOf('ana').follow('person:q', q);
  expect([p.typed, q.typed]).toEqual(['', 'untouched']);
});

test('[UX-4] leaving the form of before does not leave the one that took its place', () => {
  const leave = draftsOf('ana').follow('person:p', formOf('of before'));
  draftsOf('ana').follow('person:p', formOf('of now'));
  leave();
  draftsOf('ana').keep();
  const form = formOf('');
  draftsOf('ana').follow('person:p', form);
  expect(form.typed).toBe('of now');
});

test('[UX-4] that something is kept is known from the end of a session until it is back in its form, or forgotten', () => {
  draftsOf('nobody before');
  expect(holdsDrafts()).toBe(false);
  draftsOf('ana').follow('person:p', formOf('typed'));
  expect(holdsDrafts()).toBe(false);
  draftsOf('ana').keep();
  expect(holdsDrafts()).toBe(true);
  draftsOf('ana').follow('person:p', formOf(''));
  expect(holdsDrafts()).toBe(false);
  draftsOf('ana').keep();
  draftsOf('ana').forget();
  expect(holdsDrafts()).toBe(false);
});

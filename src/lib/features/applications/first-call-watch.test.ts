import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lookAgain } from './first-call-watch';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

test('the next look for a first call waits for the answer to the last one', async () => {
  const answers: (() => void)[] = [];
  const stop = lookAgain(
    () => new Promise((resolve) => answers.push(resolve)),
    () => true
  );
  await pass(20);
  expect(answers).toHaveLength(1);
  answers[0]!();
  await pass(2);
  expect(answers).toHaveLength(1);
  await pass(1);
  expect(answers).toHaveLength(2);
  stop();
  answers[1]!();
  await pass(60);
  expect(answers).toHaveLength(2);
});

test('the looks become fewer after a minute, and end after ten', async () => {
  const look = vi.fn(() => Promise.resolve());
  lookAgain(look, () => true);
  await pass(60);
  expect(look).toHaveBeenCalledTimes(20);
  await pass(60);
  expect(look).toHaveBeenCalledTimes(24);
  await pass(3600);
  expect(look).toHaveBeenCalledTimes(56);
  expect(vi.getTimerCount()).toBe(0);
});

test('nothing is asked while there is no use in it', async () => {
  const look = vi.fn(() => Promise.resolve());
  let may = false;
  const stop = lookAgain(look, () => may);
  await pass(30);
  expect(look).not.toHaveBeenCalled();
  may = true;
  await pass(3);
  expect(look).toHaveBeenCalledOnce();
  stop();
});

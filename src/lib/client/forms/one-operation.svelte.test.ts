import { TRPCClientError } from '@trpc/client';
import { expect, test } from 'vitest';
import { OneOperation } from './one-operation';

const lost = new TRPCClientError('no answer');

test('[LIV-4] asked again after a lost answer it is the same operation; asked differently, or after an answer, another one', async () => {
  const ops: string[] = [];
  let fails = true;
  const operation = new OneOperation<{ name: string }, string>((op) => {
    ops.push(op);
    return fails ? Promise.reject(lost) : Promise.resolve('made');
  });
  await expect(operation.run({ name: 'CI' })).rejects.toBe(lost);
  await expect(operation.run({ name: 'CI' })).rejects.toBe(lost);
  fails = false;
  expect(await operation.run({ name: 'CI' })).toBe('made');
  expect(new Set(ops).size).toBe(1);
  await operation.run({ name: 'CI' });
  fails = true;
  await expect(operation.run({ name: 'CI' })).rejects.toBe(lost);
  await expect(operation.run({ name: 'Portal' })).rejects.toBe(lost);
  expect(new Set(ops).size).toBe(4);
});

test('[LIV-4] after a refusal the next try is another operation: its answer must not be the old no', async () => {
  const ops: string[] = [];
  const operation = new OneOperation<object, string>((op) => {
    ops.push(op);
    return Promise.reject(new Error('refused'));
  });
  await expect(operation.run({})).rejects.toThrow('refused');
  await expect(operation.run({})).rejects.toThrow('refused');
  expect(new Set(ops).size).toBe(2);
});

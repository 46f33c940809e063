import { expect, test } from 'vitest';
import type { Binding } from './binding';
import { sendRefusal } from './send-refusal';

const binding = (layer: Binding['layer'], source: Binding['source']): Binding => ({
  ...{ layer, source, cap: 'daily', limit: 5, used: 5, held: 0, remaining: 0, resetsAt: null }
});

test('[QUO-6] a refusal names the cap and whose it is, or what else is in the way', () => {
  expect(sendRefusal('cap', binding('administrator', 'administrator'))).toEqual({
    ...{ reason: 'cap', cap: 'daily', layer: 'own' }
  });
  expect(sendRefusal('cap', binding('administrator', 'platform'))?.layer).toBe('platform');
  expect(sendRefusal('cap', binding('user', 'package'))?.layer).toBe('package');
  expect(sendRefusal('cap', binding('user', 'user'))?.layer).toBe('own');
  expect(sendRefusal('cap', binding('platform', 'platform'))?.layer).toBe('total');
  expect(sendRefusal('cap', null)).toEqual({ reason: 'cap', cap: null, layer: null });
  for (const reason of ['paused', 'suspended', 'deactivated', 'closed'])
    expect(sendRefusal(reason, null)).toEqual({ reason, cap: null, layer: null });
  expect(sendRefusal('unknown-subject', null)).toBeNull();
});

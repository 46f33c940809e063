import { beforeEach, expect, test, vi } from 'vitest';
import { api } from '$lib/client/api/api';
import { indexCatalogue } from '$lib/core/access/catalogue';
import { Webhook, type WebhookState } from './webhook.svelte';

vi.mock('$lib/client/api/api', () => ({
  api: { settings: { webhook: { query: vi.fn() }, setWebhook: { mutate: vi.fn() } } },
  isConnectionFault: () => false,
  refusalOf: () => null
}));

const query = vi.mocked(api.settings.webhook.query);
const set = vi.mocked(api.settings.setWebhook.mutate);

const OLD = 'https://old.example/alerts';
const SENT = 'https://sent.example/alerts';

/** A server that holds the address that it was given last. */
let held: string | null;
beforeEach(() => {
  held = OLD;
  query.mockReset().mockImplementation(() => Promise.resolve({ url: held, seq: 3 } as WebhookState));
});

test('[SET-1] what is typed while an address is being saved is no saved address', async () => {
  const webhook = new Webhook(indexCatalogue({ version: 1, areas: [], roles: [] }));
  await webhook.load();
  expect([webhook.url, webhook.dirty]).toEqual([OLD, false]);

  webhook.url = SENT;
  set.mockReset().mockImplementation(({ url }) => {
    webhook.url = `${SENT}/later`;
    held = url;
    return Promise.resolve({ secret: 's', seq: 4 } as never);
  });
  expect(await webhook.save()).toBe('saved');
  expect(set).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ url: SENT }));
  expect([held, webhook.url, webhook.dirty]).toEqual([SENT, `${SENT}/later`, true]);
});

test('[SET-1] an emptied field removes the address', async () => {
  const webhook = new Webhook(indexCatalogue({ version: 1, areas: [], roles: [] }));
  await webhook.load();
  webhook.url = ' ';
  set.mockReset().mockImplementation(({ url }) => {
    held = url;
    return Promise.resolve({ secret: null, seq: 4 } as never);
  });
  expect(await webhook.save()).toBe('removed');
  expect(set).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ url: null }));
  expect([webhook.url, webhook.dirty]).toEqual(['', false]);
});

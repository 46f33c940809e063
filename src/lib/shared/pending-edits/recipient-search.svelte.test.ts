import { expect, test, vi } from 'vitest';
import { api } from '$lib/client/api/api';
import type { RequestedChange } from '$lib/client/outbox/requested-change';
import { RecipientSearch } from './recipient-search.svelte';

vi.mock('$lib/client/api/api', () => ({
  api: { handovers: { recipients: { query: vi.fn(() => Promise.resolve({ people: [], more: 0 })) } } },
  refusalOf: () => null
}));

/** Characters of an address that the server takes (server/api/http/gate). */
const MOST_OF_URL = 8192;

test.each([
  ['a short change', 'About Ana', true],
  ['a long one in Latin letters', 'a'.repeat(5000), true],
  ['one that nine characters of an address stand for', '語'.repeat(900), false],
  ['one in quotation marks', '"'.repeat(1900), false]
])(
  '[LIV-8] a change is sent with the question about whom to ask if both fit into an address: %s',
  async (_, description, sent) => {
    const asked = {
      procedure: 'roles.edit',
      input: { id: 'a7a3cbb5-2f0a-4e8b-9d39-64b1d3e0b1a4', description }
    } as unknown as RequestedChange;
    new RecipientSearch(asked).look('語'.repeat(200));
    const ask = vi.mocked(api.handovers.recipients.query);
    await expect.poll(() => ask.mock.lastCall?.[0].search).toBe('語'.repeat(200));
    const question = ask.mock.lastCall![0];
    ask.mockClear();
    expect('asked' in question).toBe(sent);
    const url = `/trpc/handovers.recipients?input=${encodeURIComponent(JSON.stringify(question))}`;
    expect(url.length).toBeLessThanOrEqual(MOST_OF_URL);
  }
);

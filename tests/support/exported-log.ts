import type { Deps } from '../../src/lib/server/services/write-path/deps';
import { writeExport } from '../../src/lib/server/services/log/export/write-export';
import type { ApiClient } from './api-client';
import { until } from './replica';

export type Exported = { status: number; headers: Headers; text: string; upTo: number; id: string };

/** Exports the log as a browser does: asks for it, and fetches what it is answered. */
export async function fetchExport(client: ApiClient, asked: object = {}): Promise<Exported> {
  const { id, href, upTo } = await client.call<{ id: string; href: string; upTo: number }>(
    'log.export',
    asked
  );
  return { ...(await fetched(client, id, href)), upTo };
}

/** The same of a list. */
export async function fetchList(client: ApiClient, asked: object): Promise<Omit<Exported, 'upTo'>> {
  const { id, href } = await client.call<{ id: string; href: string }>('lists.export', asked);
  return fetched(client, id, href);
}

/** Response at an address, once the server has noted that it was sent: only then can the next one be asked for. */
async function fetched(client: ApiClient, id: string, href: string): Promise<Omit<Exported, 'upTo'>> {
  const response = await getExport(client, href);
  const text = await response.text();
  await until(
    async () => (await client.call<{ state: string }>('log.exportProgress', { id })).state !== 'running',
    'the server notes that an export has ended'
  );
  return { status: response.status, headers: response.headers, text, id };
}

export function getExport(client: ApiClient, href: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${client.origin}${href}`, { ...init, headers: { cookie: client.cookie, ...init.headers } });
}

/** The whole log up to a number, as lines, past the console. */
export async function wholeExport(deps: Deps, upTo: number): Promise<string[]> {
  let text = '';
  const by = { id: 'tests', name: 'Tests' };
  for await (const part of writeExport(deps, { format: 'jsonl', asked: {}, upTo, by })) text += part.text;
  return linesOf(text);
}

/** Lines as JSON Lines has them, each with its end. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => `${line}\n`);
}

/** Records of a CSV file (RFC 4180), by the names of its columns. */
export function csvOf(text: string): Record<string, string>[] {
  const [columns = [], ...rows] = records(text.replace(/^\uFEFF/, ''));
  return rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at] ?? ''])));
}

function records(text: string): string[][] {
  const found: string[][] = [[]];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const [, quoted, bare, end] = field.exec(text) ?? [];
    if (end === undefined) throw new Error(`not CSV at ${at}: ${text.slice(at, at + 80)}`);
    found.at(-1)!.push(quoted === undefined ? bare! : quoted.replaceAll('""', '"'));
    if (end === '\r\n') found.push([]);
  }
  return found.slice(0, -1);
}

#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { follow } from './follower.ts';
import { release } from './release.ts';

const USAGE = `rolecall-postfix-log --mta NAME --state FILE [--log FILE]

Has Rolecall give back what Postfix refused after the policy service had approved it.

  --mta     the name of this mail server in policy_context, without the token
  --state   a file of its own, where it remembers how far it read
  --log     the log of Postfix; /var/log/mail.log unless told otherwise

ROLECALL_URL is the address of Rolecall, ROLECALL_KEY an API key of an application whose role has quotas.ledger.consume.
Postfix needs enable_long_queue_ids = yes: other ids come again.`;

const say = (text: string) => void process.stderr.write(`${text}\n`);

try {
  const { values } = parseArgs({
    options: {
      ...{ mta: { type: 'string' }, state: { type: 'string' }, help: { type: 'boolean' } },
      log: { type: 'string', default: '/var/log/mail.log' }
    }
  });
  const { mta, state, log, help } = values;
  const { ROLECALL_URL: url, ROLECALL_KEY: key } = process.env;
  if (help) {
    say(USAGE);
    process.exit(0);
  }
  const missing = Object.entries({ '--mta': mta, '--state': state, ROLECALL_URL: url, ROLECALL_KEY: key });
  for (const [name, value] of missing) if (!value) throw new Error(`${name} is missing`);
  const to = { origin: url!.replace(/\/$/, ''), key: key!, mta: mta! };
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  say(`Following ${log}`);
  const options = { log, state: state!, complain: say };
  await follow({ ...options, release: (queueId) => release(to, queueId, say) }, stop.signal);
} catch (error) {
  say(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 2;
}

#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { LogVerifier } from './log-verifier.mjs';
import { readKey } from './note.mjs';
import { openDatabase } from './read-database.mjs';
import { openExport, Unreadable } from './read-export.mjs';
import { SelectionVerifier } from './selection-verifier.mjs';

// Judges a log of Rolecall, in its database or in an export of it. Stands alone: it shares nothing with the program
// but the format that docs/log-format.md describes.

const HELP = `Verifies the log.

  npm run log:verify -- [--database-url URL | --file EXPORT] [--key VKEY] [--note OLD]

  --database-url  the database; without it and without --file, DATABASE_URL
  --file          an export of the log in JSON Lines
  --key           the key you trust, as NAME+ID+KEY; without it, the one that the log names is used
  --note          an older checkpoint, or a file with one: the log must have grown from it

Exit codes: 0 intact, 1 tampered, 2 unreadable.`;

process.exitCode = await run();

/** @returns {Promise<number>} */
async function run() {
  let source;
  try {
    const values = options();
    if (values.help) return say(HELP, 0);
    if (values.key !== undefined && readKey(values.key) === null)
      throw new Unreadable('--key: this is no key, as NAME+ID+KEY');
    source = await open(values);
    const given = { key: values.key, older: values.note === undefined ? undefined : noteIn(values.note) };
    const verifier =
      source.header.kind === 'selection'
        ? new SelectionVerifier(source.header, given)
        : new LogVerifier(source.header, given);
    for await (const record of source.records()) {
      if ('entry' in record) verifier.entry(record.entry);
      else verifier.checkpoint(record.checkpoint);
    }
    const findings = verifier.finish();
    await source.afterwards?.(findings);
    return verdict(source.header.origin, verifier, findings);
  } catch (error) {
    const known = error instanceof Unreadable || error instanceof SyntaxError || error instanceof TypeError;
    const message =
      error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error);
    process.stderr.write(`UNREADABLE: ${message}\n`);
    return 2;
  } finally {
    await source?.close();
  }
}

function options() {
  const { values } = parseArgs({
    options: {
      'database-url': { type: 'string' },
      file: { type: 'string' },
      key: { type: 'string' },
      note: { type: 'string' },
      help: { type: 'boolean' }
    }
  });
  return values;
}

/** @param {ReturnType<typeof options>} values */
async function open(values) {
  if (values.file !== undefined && values['database-url'] !== undefined)
    throw new Unreadable('give a database or a file, not both');
  if (values.file !== undefined) return openExport(values.file);
  const url = values['database-url'] ?? process.env['DATABASE_URL'];
  if (!url) throw new Unreadable('say what to verify: --database-url or --file');
  return openDatabase(url);
}

/** @param {string} given a note, or the path of one */
function noteIn(given) {
  return existsSync(given) ? readFileSync(given, 'utf8') : given.replaceAll('\\n', '\n');
}

/**
 * @param {string} origin
 * @param {LogVerifier | SelectionVerifier} verifier
 * @param {import('./findings.mjs').Findings} findings
 */
function verdict(origin, { counts, signedSize, keys }, findings) {
  say(`Log ${origin}`);
  say(
    `${counts.entries} entries, ${counts.checkpoints} checkpoints, signed up to ${signedSize} by ${keys.at(-1) ?? 'nobody'}`
  );
  for (const remark of findings.remarks) say(`Note: ${remark}`);
  if (findings.problems.length === 0) return say('INTACT', 0);
  const first = findings.first;
  for (const { rule, seq, text } of findings.problems)
    say(`${rule} ${seq === null ? 'the log' : `entry ${seq}`}: ${text}`);
  for (const [rule, count] of findings.counts) if (count > 3) say(`${rule}: ${count} times in all`);
  return say(first === null ? 'TAMPERED' : `TAMPERED: the first bad entry is ${first}`, 1);
}

/** @template T @param {string} line @param {T} [result] @returns {T} */
function say(line, result) {
  process.stdout.write(`${line}\n`);
  return /** @type {T} */ (result);
}

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../project.mjs';

const VERSION = '3.3.4';

/** Anybody may sign in, as with dovecotAuth. */
const AUTH_ANY = `exports.register = function () { this.inherits('auth/auth_base') }
exports.hook_capabilities = (next, connection) => {
  connection.capabilities.push('AUTH PLAIN')
  connection.notes.allowed_auth_methods = ['PLAIN']
  next()
}
exports.check_plain_passwd = (connection, user, password, done) => done(true)
`;

/**
 * Haraka from npm, with the plugin as it is packed, in a folder of their own.
 * @param {string} folder
 * @param {{ smtpPort: number, sinkPort: number, origin: string, key: string }} given
 * @returns {{ start: [string, ...string[]], env: Record<string, string> } | { missing: string }}
 */
export function installHaraka(folder, { smtpPort, sinkPort, origin, key }) {
  const home = join(folder, 'haraka');
  mkdirSync(home);
  const run = (/** @type {string} */ command, /** @type {string[]} */ args, cwd = home) =>
    spawnSync(command, args, { cwd, encoding: 'utf8', timeout: 240_000 });
  writeFileSync(join(home, 'package.json'), '{"private":true}');
  const options = ['--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund'];
  if (run('npm', ['install', ...options, `Haraka@${VERSION}`]).status !== 0)
    return { missing: 'npm cannot install Haraka' };
  const packed = run(
    'npm',
    ['pack', '--silent', '--pack-destination', folder],
    join(PROJECT, 'packages/haraka')
  );
  const file = join(folder, packed.stdout.trim().split('\n').at(-1) ?? '');
  const installed = run('npm', ['install', ...options, '--offline', file]);
  if (packed.status !== 0 || installed.status !== 0)
    throw new Error(`the plugin cannot be installed: ${packed.stderr}${installed.stderr}`);
  const program = join(home, 'node_modules/Haraka/bin/haraka');
  run(process.execPath, [program, '-i', home]);
  const sink = `exports.hook_get_mx = (next) => next(OK, { priority: 0, exchange: '127.0.0.1', port: ${sinkPort} })\n`;
  const files = {
    'plugins/auth_any.js': AUTH_ANY,
    'plugins/sink.js': sink,
    'config/plugins': 'auth_any\nsink\nrolecall\n',
    'config/smtp.ini': `listen=127.0.0.1:${smtpPort}\n`,
    'config/outbound.ini': 'local_mx_ok=true\nenable_tls=false\n',
    'config/loglevel': 'WARN',
    'config/me': 'mx3.example',
    'config/rolecall.ini': `url=${origin}\nkey=${key}\nname=mx3\n`
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text);
  return { start: [process.execPath, program, '-c', home], env: { HARAKA: home } };
}

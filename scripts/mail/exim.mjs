import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import { PROJECT } from '../project.mjs';

/** Exim itself, a library it needs, and one that lets it find its user, which is not made here. */
const PACKAGES = ['exim4-daemon-light', 'libidn12', 'libnss-wrapper'];
const USER = 'Debian-exim';

/**
 * Debian's Exim, unpacked into a folder, with the lines of examples/exim.
 * @param {string} folder
 * @param {{ smtpPort: number, policyPort: number }} ports
 * @returns {{ start: [string, ...string[]], env: Record<string, string> } | { missing: string }}
 */
export function unpackExim(folder, { smtpPort, policyPort }) {
  const missing = (/** @type {string} */ why) => ({ missing: `Exim: ${why}` });
  if (process.platform !== 'linux' || userInfo().uid !== 0)
    return missing('it starts as root on Linux alone');
  const home = join(folder, 'exim');
  mkdirSync(home);
  const run = (/** @type {string} */ command, /** @type {string[]} */ args) =>
    spawnSync(command, args, { cwd: home, encoding: 'utf8', timeout: 120_000 });
  if (run('apt-get', ['download', ...PACKAGES]).status !== 0) return missing('apt-get cannot download it');
  for (const archive of readdirSync(home).filter((name) => name.endsWith('.deb')))
    if (run('dpkg', ['-x', archive, 'root']).status !== 0) return missing('dpkg cannot unpack it');
  const program = join(home, 'root/usr/sbin/exim4');
  const [library] = run('find', [join(home, 'root'), '-name', 'libnss_wrapper.so']).stdout.split('\n');
  const lines = { passwd: `${USER}:x:900:900::/:/usr/sbin/nologin`, group: `${USER}:x:900:` };
  for (const [file, line] of Object.entries(lines))
    writeFileSync(join(home, file), `${readFileSync(`/etc/${file}`, 'utf8')}${line}\n`);
  const spool = join(home, 'spool');
  run('install', ['-d', '-o', '900', '-g', '900', spool, join(home, 'log')]);
  copyFileSync(join(PROJECT, 'examples/exim/rolecall.acl'), join(home, 'rolecall.acl'));
  const config = join(home, 'exim.conf');
  writeFileSync(config, configuration({ home, smtpPort, policyPort }));
  const libraries = String(library).replace(/\/[^/]+$/, '');
  const env = {
    ...{ LD_LIBRARY_PATH: libraries, LD_PRELOAD: String(library) },
    ...{ NSS_WRAPPER_PASSWD: join(home, 'passwd'), NSS_WRAPPER_GROUP: join(home, 'group') }
  };
  const asked = spawnSync(program, ['-C', config, '-bV'], { env, encoding: 'utf8' });
  if (asked.status !== 0) return missing(`it does not run here: ${asked.stderr}`);
  return { start: [program, '-C', config, '-bdf'], env };
}

/** @param {{ home: string, smtpPort: number, policyPort: number }} given */
function configuration({ home, smtpPort, policyPort }) {
  return `ROLECALL_ADDRESS = 127.0.0.1:${policyPort}
ROLECALL_NAME = mx2
primary_hostname = mx2.example
spool_directory = ${home}/spool
log_file_path = ${home}/log/%slog
log_selector = +received_recipients
pid_file_path = ${home}/pid
local_interfaces = 127.0.0.1.${smtpPort}
keep_environment = LD_LIBRARY_PATH : LD_PRELOAD : NSS_WRAPPER_PASSWD : NSS_WRAPPER_GROUP
acl_smtp_rcpt = acl_check_rcpt
acl_smtp_data = acl_rolecall
smtp_accept_max = 50
smtp_enforce_sync = false
tls_advertise_hosts =
host_lookup =
rfc1413_query_timeout = 0s

begin acl
acl_check_rcpt:
  accept authenticated = *
  deny
.include ${home}/rolecall.acl

begin routers
nowhere:
  driver = redirect
  data = :blackhole:

begin authenticators
anybody:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_set_id = $auth2
  server_condition = true
`;
}

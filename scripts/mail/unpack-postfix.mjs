import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import { PROJECT } from '../project.mjs';

/** Services of a Postfix that receives and discards; one line each of master.cf. */
const SERVICES = [
  'cleanup unix n - n - 0 cleanup',
  'qmgr unix n - n 300 1 qmgr',
  'rewrite unix - - n - - trivial-rewrite',
  'bounce unix - - n - 0 bounce',
  'defer unix - - n - 0 bounce',
  'trace unix - - n - 0 bounce',
  'error unix - - n - - error',
  'retry unix - - n - - error',
  'discard unix - - n - - discard',
  'proxymap unix - - n - - proxymap',
  'anvil unix - - n - 1 anvil',
  'postlog unix-dgram n - n - 1 postlogd'
];
const QUEUES = [
  'incoming',
  'active',
  'deferred',
  'bounce',
  'defer',
  'corrupt',
  'hold',
  'flush',
  'trace',
  'private',
  'saved'
];

/**
 * Debian's Postfix, unpacked into a folder with a configuration of its own; nothing is installed.
 * In one piece: the steps of one set-up, of no use alone.
 * @param {string} folder
 * @param {{ smtpPort: number, authPort: number, policyPort: number }} ports
 * @returns {{ start: [string, ...string[]], env: Record<string, string> } | { missing: string }} how to start it,
 *   or why it cannot be had
 */
export function unpackPostfix(folder, { smtpPort, authPort, policyPort }) {
  if (process.platform !== 'linux' || userInfo().uid !== 0)
    return { missing: 'Postfix starts as root on Linux alone' };
  const run = (/** @type {string} */ command, /** @type {string[]} */ args) =>
    spawnSync(command, args, { cwd: folder, encoding: 'utf8', timeout: 120_000 });
  if (run('apt-get', ['download', 'postfix']).status !== 0)
    return { missing: 'apt-get cannot download postfix' };
  const archive = readdirSync(folder).find((name) => name.endsWith('.deb'));
  if (run('dpkg', ['-x', String(archive), 'root']).status !== 0)
    return { missing: 'dpkg cannot unpack postfix' };
  const root = join(folder, 'root');
  const config = join(folder, 'etc');
  const queue = join(folder, 'queue');
  const data = join(folder, 'data');
  mkdirSync(config);
  mkdirSync(queue);
  const owner = idsOf('daemon');
  for (const each of [data, ...QUEUES.map((name) => join(queue, name))]) {
    mkdirSync(each, { mode: 0o700 });
    chownSync(each, ...owner);
  }
  for (const each of ['pid', 'public', 'maildrop']) {
    mkdirSync(join(queue, each), { mode: each === 'maildrop' ? 0o730 : 0o755 });
    if (each !== 'pid') chownSync(join(queue, each), ...owner);
  }
  const library = join(root, 'usr/lib/postfix');
  const policy = documentedPolicy(policyPort);
  const main = {
    compatibility_level: '3.6',
    queue_directory: queue,
    data_directory: data,
    daemon_directory: join(library, 'sbin'),
    command_directory: join(root, 'usr/sbin'),
    shlib_directory: library,
    meta_directory: join(root, 'etc/postfix'),
    mail_owner: 'daemon',
    default_privs: 'nobody',
    setgid_group: 'mail',
    myhostname: 'mx1.example',
    mydestination: '',
    mynetworks: '',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    alias_maps: '',
    local_recipient_maps: '',
    default_transport: 'discard',
    enable_long_queue_ids: 'yes',
    // Refused after its end was approved.
    header_checks: `regexp:${join(folder, 'header_checks')}`,
    maillog_file: join(folder, 'mail.log'),
    maillog_file_prefixes: folder,
    import_environment: 'MAIL_CONFIG LD_LIBRARY_PATH PATH TZ',
    smtpd_peername_lookup: 'no',
    smtpd_sasl_auth_enable: 'yes',
    smtpd_sasl_type: 'dovecot',
    smtpd_sasl_path: `inet:127.0.0.1:${authPort}`,
    smtpd_relay_restrictions: 'permit_sasl_authenticated, reject',
    smtpd_recipient_restrictions: policy,
    smtpd_end_of_data_restrictions: policy,
    smtpd_error_sleep_time: '0',
    smtpd_soft_error_limit: '1000',
    smtpd_hard_error_limit: '1000'
  };
  writeFileSync(join(folder, 'header_checks'), '/^X-Refuse:/ REJECT refused by a header\n');
  const lines = Object.entries(main).map(([name, value]) => `${name} = ${value}`);
  writeFileSync(join(config, 'main.cf'), `${lines.join('\n')}\n`);
  const smtp = `127.0.0.1:${smtpPort} inet n - n - 10 smtpd`;
  writeFileSync(join(config, 'master.cf'), `${[smtp, ...SERVICES].join('\n')}\n`);
  return {
    start: [join(library, 'sbin/master'), '-c', config, '-d'],
    env: { LD_LIBRARY_PATH: library, MAIL_CONFIG: config, PATH: process.env.PATH ?? '' }
  };
}

/**
 * Restriction that the documentation says is pasted into `main.cf`, as it stands there: the console shows the same.
 * @param {number} port of the policy service here
 */
function documentedPolicy(port) {
  const docs = readFileSync(join(PROJECT, 'docs/caps.md'), 'utf8');
  const text = /\nsmtpd_end_of_data_restrictions =\n(.*?)\n```/s.exec(docs)?.[1];
  if (text === undefined) throw new Error('docs/caps.md has nothing for Postfix');
  return text.trim().replace('127.0.0.1:10040', `127.0.0.1:${port}`);
}

/**
 * @param {string} name
 * @returns {[number, number]}
 */
function idsOf(name) {
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout.trim()
  );
  return [Number(uid), Number(gid)];
}

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../project.mjs';

/** @typedef {{ proxy: number, rolecall: string, program: number, secret: string }} Places */

/**
 * A recipe of the documentation as it stands there, with the addresses and the secret of this machine in it.
 * @param {'nginx' | 'caddy'} language of its block
 * @param {Places} places
 */
function recipeOf(language, { rolecall, program, secret }) {
  const docs = readFileSync(join(PROJECT, 'docs/decisions-api.md'), 'utf8');
  const text = new RegExp(`\\n\`\`\`${language}\\n(.*?)\`\`\`\\n`, 's').exec(docs)?.[1];
  if (text === undefined) throw new Error(`docs/decisions-api.md has no recipe for ${language}`);
  return text
    .replaceAll('http://127.0.0.1:3000', rolecall)
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${program}`)
    .replaceAll('the secret"', `${secret}"`);
}

/**
 * Command that starts nginx with the recipe, in a configuration for a server that runs in a folder.
 * @param {string} folder
 * @param {string} binary
 * @param {Places} places
 * @returns {[string, ...string[]]}
 */
export function nginxWith(folder, binary, places) {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(folder, `nginx-${name}`)};`
  );
  const config = join(folder, 'nginx.conf');
  writeFileSync(
    config,
    `daemon off; master_process off; pid ${join(folder, 'nginx.pid')}; error_log ${join(folder, 'nginx.log')};
events {}
http { access_log off; ${paths.join(' ')}
server { listen 127.0.0.1:${places.proxy}; server_name app.example.com;
${recipeOf('nginx', places)}} }
`
  );
  return [binary, '-c', config, '-p', folder, '-e', join(folder, 'nginx.log')];
}

/**
 * The same of Caddy. Its site is served without TLS: no authority would sign for it.
 * @param {string} folder
 * @param {string} binary
 * @param {Places} places
 * @returns {[string, ...string[]]}
 */
export function caddyWith(folder, binary, places) {
  const config = join(folder, 'Caddyfile');
  const recipe = recipeOf('caddy', places).replace(
    'app.example.com {',
    `http://app.example.com:${places.proxy} {`
  );
  writeFileSync(config, `{\n  admin off\n}\n${recipe}`);
  return [binary, 'run', '--config', config, '--adapter', 'caddyfile'];
}

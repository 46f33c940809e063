import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../project.mjs';
import { Console } from '../proxies/console.mjs';
import { freePort, until } from '../stage.mjs';

const PERMISSIONS = ['quotas.ledger.consume', 'quotas.ledger.view_usage'];

/** Rolecall as mail servers meet it: it can be killed, and comes back. */
export class Rolecall {
  #stage;
  #env;
  /** @type {{ kill: () => Promise<void> } | null} */
  #running = null;
  owner;
  key = '';
  origin;
  policyPort;

  /**
   * @param {import('../stage.mjs').Stage} stage
   * @param {{ web: number, policyPort: number, token: string }} given
   */
  constructor(stage, { web, policyPort, token }) {
    this.#stage = stage;
    this.origin = `http://localhost:${web}`;
    this.owner = new Console(this.origin);
    this.policyPort = policyPort;
    this.#env = {
      ...{ PORT: String(web), DATA_DIR: join(stage.folder, 'rolecall'), SETUP_TOKEN: token },
      ...{ POLICY_LISTEN: `127.0.0.1:${policyPort}`, LOG_LEVEL: 'warn' }
    };
  }

  /** @param {import('../stage.mjs').Stage} stage */
  static async found(stage) {
    const [web, policyPort, token] = [await freePort(), await freePort(), randomUUID()];
    const rolecall = new Rolecall(stage, { web, policyPort, token });
    await rolecall.start();
    rolecall.owner = await Console.found(rolecall.origin, token);
    const role = await rolecall.owner.call('roles.create', {
      name: 'Mail servers',
      permissions: PERMISSIONS
    });
    const given = { name: 'Mail servers', roleId: role.id, perMinute: 100_000 };
    const { id } = await rolecall.owner.call('applications.create', given);
    rolecall.key = (await rolecall.owner.call('applications.createKey', { id })).key;
    return rolecall;
  }

  async start() {
    const command = /** @type {const} */ ([process.execPath, join(PROJECT, 'build/server/serve.js')]);
    this.#running = await this.#stage.start(command, this.#env, 'Rolecall ready');
  }

  /** Ends it as kill -9 does; then it is started again. */
  async killed() {
    await this.#running?.kill();
    await this.start();
  }

  /** Kills the whole of Postgres, which is started again by whoever watches it. */
  killPostgres() {
    return until(() => {
      const [file] = findAll(this.#env.DATA_DIR, 'postmaster.pid');
      if (!file) throw new Error('there is no postmaster.pid');
      process.kill(Number(readFileSync(file, 'utf8').split('\n')[0]), 'SIGKILL');
    });
  }

  /**
   * Somebody with a daily limit.
   * @param {string} name
   * @param {number} daily
   */
  async sender(name, daily) {
    const email = `${name.toLowerCase()}@northwind.example`;
    const { id } = await this.owner.call('administrators.create', {
      ...{ name, email, roleId: 'support', password: 'an initial sentence for the newcomer' },
      caps: { daily }
    });
    return { id, email };
  }

  /**
   * Units of somebody's day in the ledger, whoever they are and whatever their status.
   * @param {string} id
   * @returns {Promise<{ used: number, held: number }>}
   */
  async counted(id) {
    const ask = async () => {
      const input = encodeURIComponent(JSON.stringify({ ids: [id] }));
      const headers = { authorization: `Bearer ${this.key}` };
      const response = await fetch(`${this.origin}/trpc/caps.usage?input=${input}`, { headers });
      const body = await response.json();
      const daily = body.result?.data[0]?.caps.daily;
      if (!daily) throw new Error(JSON.stringify(body));
      return { used: daily.used, held: daily.held };
    };
    return /** @type {Promise<{ used: number, held: number }>} */ (until(ask));
  }
}

/**
 * @param {string} folder
 * @param {string} name
 * @returns {string[]}
 */
function findAll(folder, name) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return findAll(path, name);
    return entry.name === name ? [path] : [];
  });
}

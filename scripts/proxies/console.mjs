import { randomUUID } from 'node:crypto';

const PASSWORD = 'a long enough sentence for tests';
const [VIEW, SCHEDULE] = ['campaigns.broadcasts.view', 'campaigns.broadcasts.schedule'];

/**
 * @typedef {{ editor: { id: string, key: string }, reader: { id: string, key: string }, platformKey: string, editors:
 * string }} Scene
 */

/** The owner of an installation that was just begun. */
export class Console {
  #origin;
  #cookie = '';
  email = 'maya@northwind.example';

  /** @param {string} origin */
  constructor(origin) {
    this.#origin = origin;
  }

  /**
   * @param {string} origin
   * @param {string} token
   */
  static async found(origin, token) {
    const owner = new Console(origin);
    await owner.call('setup.createOwner', { token, name: 'Maya', email: owner.email, password: PASSWORD });
    return owner;
  }

  /**
   * @param {string} path
   * @param {object} input
   */
  async call(path, input) {
    const response = await fetch(`${this.#origin}/trpc/${path}`, {
      method: 'POST',
      headers: { origin: this.#origin, cookie: this.#cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ op: randomUUID(), ...input })
    });
    this.#cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? this.#cookie;
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${text}`);
    return JSON.parse(text).result.data;
  }

  /**
   * Applications, and routes that tell them apart.
   * @returns {Promise<Scene>}
   */
  async scene() {
    const editors = await this.#role('Editors', [VIEW, SCHEDULE]);
    const readers = await this.#role('Readers', [VIEW]);
    const askers = await this.#role('Askers', ['tools.decisions.evaluate']);
    for (const [method, host, path, takes] of [
      ['POST', '*', '/broadcasts', SCHEDULE],
      ['*', '*', '/broadcasts', VIEW],
      ['*', '*', '/admin', 'nobody'],
      ['*', 'admin.example.com', '/', 'nobody'],
      ['*', '*', '/', 'signed-in']
    ])
      await this.call('routes.create', { method, host, path, takes });
    const [editor, reader, platform] = [
      await this.#application('Editor', editors),
      await this.#application('Reader', readers),
      await this.#application('Platform', askers)
    ];
    return { editor, reader, platformKey: platform.key, editors };
  }

  /**
   * Takes the tick away that lets editors schedule.
   * @param {string} role
   */
  revoke(role) {
    return this.call('roles.edit', { id: role, seen: 1_000_000, revoke: [SCHEDULE] });
  }

  /**
   * @param {string} name
   * @param {string[]} permissions
   */
  async #role(name, permissions) {
    return (await this.call('roles.create', { name, permissions })).id;
  }

  /**
   * @param {string} name
   * @param {string} roleId
   */
  async #application(name, roleId) {
    const { id } = await this.call('applications.create', { name, roleId });
    return { id, key: (await this.call('applications.createKey', { id })).key };
  }
}

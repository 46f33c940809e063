import { randomUUID } from 'node:crypto';
import { ApiClient } from '../support/api-client';
import type { Editor, Ground } from './editor';
import type { Random } from './random';

const PASSWORD = 'a long enough sentence for tests';
const INITIAL_PASSWORD = 'an initial sentence for the guest';

/** Sets the installation up: an owner, a guest whose right to edit comes and goes, and roles that last. */
export async function found(
  ground: Ground,
  random: Random
): Promise<{ owner: Editor; guest: Editor; lasting: string[]; guestRole: string }> {
  const origin = ground.origins[0]!;
  const owner = new ApiClient(origin);
  const { id } = await owner.call<{ id: string }>('setup.createOwner', {
    token: 'setup-token-of-the-campaign',
    name: 'Maya Lindqvist',
    email: 'maya@northwind.example',
    password: PASSWORD
  });
  const create = async (name: string, permissions: string[]) => {
    const op = randomUUID();
    const answer = await owner.call<{ id: string; seq: number }>('roles.create', { op, name, permissions });
    const answers = [JSON.stringify(answer)];
    ground.history.push({
      op,
      by: id,
      kind: 'create',
      input: { name, permissions },
      answer,
      answers,
      tries: 1
    });
    ground.roles.set(answer.id, answer.seq);
    return answer.id;
  };
  const guestRole = await create('Guests', [
    'people.roles.view',
    'people.roles.edit',
    'audience.contact_lists.view',
    'audience.contact_lists.add'
  ]);
  // Nobody edits the guest's role but the one who gives and takes the right.
  ground.roles.delete(guestRole);
  const lasting = [
    await create('Lasting one', []),
    await create('Lasting two', ['audience.contact_lists.view'])
  ];
  const email = 'guest@northwind.example';
  const guest = await owner.call<{ id: string }>('administrators.create', {
    name: 'Ines Duarte',
    email,
    roleId: guestRole,
    password: INITIAL_PASSWORD
  });
  const visitor = new ApiClient(origin);
  await visitor.call('auth.signIn', { email, password: INITIAL_PASSWORD });
  await visitor.call('auth.changePassword', { password: PASSWORD });
  return {
    owner: { id, cookie: owner.cookie, random, mayCreate: true },
    guest: { id: guest.id, cookie: visitor.cookie, random, mayCreate: false },
    lasting,
    guestRole
  };
}

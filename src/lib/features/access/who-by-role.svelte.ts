import { api } from '$lib/client/api/api';
import { Loadable } from '$lib/client/api/loadable.svelte';
import { KINDS, questionOf } from './access-answers.svelte';

type Count = { name: string; count: number };
/** Numbers of those who can do something: people and applications together by role, and each kind. */
export type WhoCounts = {
  permission: string;
  people: number;
  roles: Count[];
  applications: number;
  users: number;
};

/** Loader of the numbers shown beside a question about one subject. */
export class WhoByRole {
  readonly answer = new Loadable<WhoCounts>();

  async ask(permission: string): Promise<void> {
    await this.answer.ask(async () => {
      const of = (type: (typeof KINDS)[keyof typeof KINDS]) =>
        api.access.who.query({ subject: { type }, ...questionOf(permission), limit: 1 });
      const [people, applications, users] = await Promise.all([
        of(KINDS.people),
        of(KINDS.applications),
        of(KINDS.users)
      ]);
      const roles = people.roles.map(({ role, count }) => ({
        name: role?.name ?? 'A role that is gone',
        count
      }));
      return {
        permission,
        people: people.total,
        roles,
        applications: applications.total,
        users: users.total
      };
    });
  }
}

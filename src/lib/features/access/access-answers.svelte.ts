import { serverNow } from '$lib/client/api/server-clock';
import { api } from '$lib/client/api/api';
import { Loadable } from '$lib/client/api/loadable.svelte';
import { sinceInput, type AccessQuery, type AccessSubject } from '$lib/shared/access/access-query';

export type CanAnswer = Awaited<ReturnType<typeof api.access.evaluate.query>>;
export type WhoAnswer = Awaited<ReturnType<typeof api.access.who.query>>;
export type ChangesAnswer = Awaited<ReturnType<typeof api.access.changes.query>>;
type WhatAnswer = Awaited<ReturnType<typeof api.access.what.query>> & { subject: AccessSubject };
type Who = { people: WhoAnswer; applications: WhoAnswer; users: WhoAnswer };

/** The kinds that are asked about apart. */
export const KINDS = { people: 'administrator', applications: 'application', users: 'user' } as const;

const PAGE = 50;

/** The question that a permission's id asks: its last part, to the rest of it. */
export function questionOf(permission: string) {
  const at = permission.lastIndexOf('.');
  return { action: { name: permission.slice(at + 1) }, resource: { type: permission.slice(0, at) } };
}

/** The server's answers to the questions of the Access page (DEC-7). */
export class AccessAnswers {
  readonly can = new Loadable<CanAnswer>();
  readonly who = new Loadable<Who>();
  readonly what = new Loadable<WhatAnswer>();
  readonly changes = new Loadable<ChangesAnswer>();
  loadingMore = $state(false);
  #since: string | number = 0;

  /** Asks what the address asks, where it is a whole question. */
  async ask({ question, subject, permission, since }: AccessQuery): Promise<void> {
    if (question === 'can' && subject && permission)
      await this.can.ask(() => api.access.evaluate.query({ subject, ...questionOf(permission) }));
    else if (question === 'who' && permission)
      await this.who.ask(async () => {
        const of = (type: (typeof KINDS)[keyof Who]) =>
          api.access.who.query({ subject: { type }, ...questionOf(permission), limit: PAGE });
        const [people, applications, users] = await Promise.all([
          of(KINDS.people),
          of(KINDS.applications),
          of(KINDS.users)
        ]);
        return { people, applications, users };
      });
    else if (question === 'what' && subject)
      await this.what.ask(async () => ({ ...(await api.access.what.query({ subject })), subject }));
    else if (question === 'since' && subject) {
      this.#since = sinceInput(since, serverNow());
      await this.changes.ask(() => api.access.changes.query({ subject, since: this.#since, limit: PAGE }));
    }
  }

  /** Shows more of those who can. */
  moreWho(permission: string, kind: keyof Who): Promise<void> {
    return this.#more(() =>
      this.who.extend(async () => {
        const known = this.who.value!;
        const { next, items } = known[kind];
        const type = KINDS[kind];
        const page = {
          subject: { type },
          ...questionOf(permission),
          limit: PAGE,
          after: next ?? ''
        } as const;
        const more = await api.access.who.query(page);
        return { ...known, [kind]: { ...more, items: [...items, ...more.items] } };
      })
    );
  }

  /** Shows older changes. */
  moreChanges(subject: AccessSubject): Promise<void> {
    return this.#more(() =>
      this.changes.extend(async () => {
        const known = this.changes.value!;
        const page = { subject, since: this.#since, limit: PAGE, cursor: known.next ?? '' };
        const more = await api.access.changes.query(page);
        return { ...more, items: [...known.items, ...more.items] };
      })
    );
  }

  async #more(extend: () => Promise<unknown>): Promise<void> {
    if (this.loadingMore) return;
    this.loadingMore = true;
    await extend();
    this.loadingMore = false;
  }
}

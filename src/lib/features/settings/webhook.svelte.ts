import type { inferRouterOutputs } from '@trpc/server';
import { api } from '$lib/client/api/api';
import { Loadable } from '$lib/client/api/loadable.svelte';
import { FormAttempt } from '$lib/client/forms/form-attempt.svelte';
import { OneOperation } from '$lib/client/forms/one-operation';
import type { CatalogueIndex } from '$lib/core/access/catalogue';
import { refusalWords } from '$lib/core/wording/refusals';
import { capLabel } from '$lib/shared/quotas/gauge-words';
import type { AppRouter } from '$lib/server/api/trpc/router';

type Outputs = inferRouterOutputs<AppRouter>['settings'];
export type WebhookState = Outputs['webhook'];
export type Delivery = WebhookState['deliveries'][number];
export type WebhookTest = Outputs['testWebhook'];

/**
 * Address that cap alerts are posted to, as the server last said, and the commands on it. They require a
 * connection: a secret comes back.
 */
export class Webhook {
  url = $state('');
  /** Shown once, until it is dismissed or the page is left. */
  secret = $state.raw<string | null>(null);
  test = $state.raw<WebhookTest | null>(null);
  readonly attempt: FormAttempt<'url'>;
  readonly #known = new Loadable<WebhookState>((state) => this.#take(state));
  readonly #set = new OneOperation((op, input: { seen: number; url: string | null }) =>
    api.settings.setWebhook.mutate({ op, ...input })
  );
  readonly #rotate = new OneOperation((op) => api.settings.rotateWebhookSecret.mutate({ op }));
  readonly #try = new OneOperation((op) => api.settings.testWebhook.mutate({ op }));
  /** Address that the server holds, as it last said or took it. */
  #committed = $state('');

  constructor(catalogue: CatalogueIndex) {
    this.attempt = new FormAttempt<'url'>({
      fields: ['url'],
      words: (refusal) => {
        if (refusal.code === 'auth/throttled' || refusal.code === 'input/invalid') return null;
        if (refusal.code === 'conflict/changed-since')
          return { text: `${refusal.by} changed the address in the meantime. Save again to replace it.` };
        return { text: refusalWords(refusal, catalogue).text };
      }
    });
  }

  get state(): WebhookState | null {
    return this.#known.value;
  }

  get failed(): boolean {
    return this.#known.problem !== null;
  }

  get dirty(): boolean {
    return this.url.trim() !== this.#committed;
  }

  async load(): Promise<void> {
    await this.#known.ask(() => api.settings.webhook.query());
  }

  /** Saves what is typed; an empty field removes the webhook. Null: `attempt` says why not. */
  async save(): Promise<'saved' | 'removed' | null> {
    const seen = this.state?.seq ?? 0;
    const url = this.url.trim() === '' ? null : this.url.trim();
    const done = await this.attempt.run(async () => {
      const answer = await this.#set.run({ seen, url });
      this.secret = answer.secret;
      this.#committed = url ?? '';
      this.test = null;
      return answer;
    });
    await this.load();
    if (done === null) return null;
    return url === null ? 'removed' : 'saved';
  }

  async rotate(): Promise<boolean> {
    const done = await this.attempt.run(async () => {
      const answer = await this.#rotate.run({});
      this.secret = answer.secret;
      return answer;
    });
    await this.load();
    return done !== null;
  }

  async send(): Promise<void> {
    this.test = null;
    this.test = await this.attempt.run(() => this.#try.run({}));
  }

  /** A field that was not touched holds what is saved. */
  #take({ url }: WebhookState): void {
    const touched = this.dirty;
    this.#committed = url ?? '';
    if (!touched) this.url = this.#committed;
  }
}

/** "80 % of the daily limit of Olga": which alert it was. */
export function alertWords({ alert }: Pick<Delivery, 'alert'>): string {
  if (!alert) return 'Alert';
  const { threshold, cap, subject } = alert;
  return `${threshold} % of the ${capLabel(cap).toLowerCase()}${subject === null ? '' : ` of ${subject}`}`;
}

/** "Delivered", "Tried 3 times: It answered 500." */
export function deliveryWords({ state, attempts, problem }: Delivery): string {
  if (state === 'delivered') return attempts > 1 ? `Delivered at attempt ${attempts}` : 'Delivered';
  const said = problem === null ? '' : `: ${problem}`;
  if (state === 'given-up') return `Given up after ${attempts} attempts${said}`;
  return attempts === 0 ? 'Waiting' : `Not delivered yet, ${attempts} attempts${said}`;
}

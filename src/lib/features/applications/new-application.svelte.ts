import { serverNow } from '$lib/client/api/server-clock';
import { api } from '$lib/client/api/api';
import { OneOperation } from '$lib/client/forms/one-operation';
import type { DraftForm } from '$lib/client/session/drafts';
import type { CommandFields } from '$lib/protocol/commands/commands';
import type { CatalogueIndex } from '$lib/core/access/catalogue';
import { expiryAfter, usualExpiry } from '$lib/shared/keys/key-life';
import { applicationAttempt } from './application-attempt';
import {
  APPLICATION_FIELDS,
  inputOf,
  textProblem,
  type ApplicationField,
  type ApplicationTexts
} from './application-values';

/** `key` null: it was made and its answer was lost; undefined: none was made. */
export type NewlyMade = { id: string; name: string; key: string | null | undefined };

type NewApplicationDraft = { texts: ApplicationTexts; expiry: string };

/** Form of a new application and its first key. */
export class NewApplication implements DraftForm<NewApplicationDraft> {
  texts = $state<ApplicationTexts>({ name: '', roleId: '', stewardId: '', allowlist: '', perMinute: '' });
  expiry = $state('');
  readonly attempt: ReturnType<typeof applicationAttempt>;
  /** Time from which the expiry counts: sent again after a lost answer, it is the same request. */
  readonly #opened = new Date(serverNow());
  #tried = $state(false);
  readonly #create = new OneOperation((op, input: CommandFields<'applications.create'>) =>
    api.applications.create.mutate({ op, ...input })
  );
  readonly #createKey = new OneOperation((op, input: CommandFields<'applications.createKey'>) =>
    api.applications.createKey.mutate({ op, ...input })
  );

  /** @param mostKeyDays what the platform allows */
  constructor(catalogue: CatalogueIndex, stewardId: string, mostKeyDays: number) {
    this.expiry = usualExpiry(mostKeyDays);
    this.attempt = applicationAttempt(catalogue);
    this.texts.stewardId = stewardId;
  }

  problem(field: ApplicationField): string | null {
    return this.attempt.field(field) ?? (this.#tried ? textProblem(field, this.texts[field]) : null);
  }

  changed(field: ApplicationField): void {
    this.attempt.changed(field);
  }

  /** Makes it and its key. Null: nothing was made, and the fields or the form say why. */
  async create(): Promise<NewlyMade | null> {
    this.#tried = true;
    if (APPLICATION_FIELDS.some((field) => textProblem(field, this.texts[field]) !== null)) return null;
    const { name, roleId } = this.texts;
    const input = { ...inputOf(this.texts, APPLICATION_FIELDS), name: name.trim(), roleId };
    const made = await this.attempt.run(() => this.#create.run(input));
    if (!made) return null;
    const expiresAt = expiryAfter(this.expiry, this.#opened);
    const key = await this.attempt.run(() =>
      this.#createKey.run({ id: made.id, name: 'First key', expiresAt })
    );
    return { id: made.id, name: input.name, key: key === null ? undefined : key.key };
  }

  draft(): NewApplicationDraft | null {
    const { name, roleId, allowlist, perMinute } = this.texts;
    const isTyped = [name, roleId, allowlist, perMinute].some((text) => text.trim() !== '');
    return isTyped ? { texts: $state.snapshot(this.texts), expiry: this.expiry } : null;
  }

  restore({ texts, expiry }: NewApplicationDraft): void {
    this.texts = texts;
    this.expiry = expiry;
  }

  stop(): void {
    this.attempt.stop();
  }
}

import type { PartValue } from '$lib/client/outbox/record';
import { tidyText } from '$lib/core/text/names';
import { networksIn } from '$lib/shared/words/networks';
import { typedNumber } from '$lib/core/text/whole-number';
import type { CapEntry } from '$lib/shared/quotas/cap-entry';
import { counted } from '$lib/ui/counted';

/**
 * Kind of input of a field. `text`: tidied; `word`: trimmed; `choice`: an id of a list; `optional`: tidied, empty
 * stands for null; `networks`: a line each; `limit`: a switch, a number, or no limit, `off` being what it is when it
 * is switched off; `flag`: on or off.
 */
export type FieldSpec<K extends string> =
  | { key: K; kind: 'text' | 'word' | 'choice' | 'optional' | 'networks' | 'flag' }
  | { key: K; kind: 'limit'; off: 'inherit' | 'unlimited' };

/** Input of a field as it was typed. */
export type TypedField = string | boolean | CapEntry;

const MOST = 1e12;

/** Input in the fields of a form about a record, and the values of the record that it stands for. */
export class FieldValues<K extends string> {
  texts = $state<Record<string, string>>({});
  limits = $state<Record<string, CapEntry>>({});
  flags = $state<Record<string, boolean>>({});
  readonly keys: readonly K[];
  readonly #specs: ReadonlyMap<K, FieldSpec<K>>;

  constructor(specs: readonly FieldSpec<K>[]) {
    this.keys = specs.map(({ key }) => key);
    this.#specs = new Map(specs.map((spec) => [spec.key, spec]));
    for (const { key, kind } of specs) {
      if (kind === 'limit') this.limits[key] = { on: false, unlimited: false, text: '' };
      else if (kind === 'flag') this.flags[key] = false;
      else this.texts[key] = '';
    }
  }

  /** The value that a field stands for; undefined: what was typed cannot be read. */
  value(key: K): PartValue | undefined {
    const spec = this.#specs.get(key)!;
    if (spec.kind === 'limit') return limitOf(this.limits[key]!, spec.off);
    if (spec.kind === 'flag') return this.flags[key]!;
    const text = this.texts[key]!;
    switch (spec.kind) {
      case 'text':
        return tidyText(text);
      case 'optional':
        return tidyText(text) || null;
      case 'networks':
        return networksIn(text).join('\n');
      default:
        return text.trim();
    }
  }

  /** Input of a field as it stands there, as plain data. */
  typed(key: K): TypedField {
    const { kind } = this.#specs.get(key)!;
    if (kind === 'limit') return $state.snapshot(this.limits[key]!);
    return kind === 'flag' ? this.flags[key]! : this.texts[key]!;
  }

  /** Puts input back as it was typed, whether it can be read or not. */
  type(key: K, typed: TypedField): void {
    if (typeof typed === 'object') this.limits[key] = typed;
    else if (typeof typed === 'boolean') this.flags[key] = typed;
    else this.texts[key] = typed;
  }

  /** Shows a value, unless the field stands for it already: what is typed is not written anew. */
  put(key: K, value: PartValue): void {
    if (this.value(key) === value) return;
    const spec = this.#specs.get(key)!;
    if (spec.kind === 'limit') this.limits[key] = entryOf(value, spec.off);
    else if (spec.kind === 'flag') this.flags[key] = value === true;
    else this.texts[key] = String(value ?? '');
  }
}

function limitOf({ on, unlimited, text }: CapEntry, off: 'inherit' | 'unlimited'): PartValue | undefined {
  if (!on) return off;
  if (unlimited) return 'unlimited';
  const value = typedNumber(text);
  return value !== null && value <= MOST ? value : undefined;
}

function entryOf(value: PartValue, off: 'inherit' | 'unlimited'): CapEntry {
  return {
    on: value !== off,
    unlimited: value === 'unlimited' && off !== 'unlimited',
    text: typeof value === 'number' ? counted(value) : ''
  };
}

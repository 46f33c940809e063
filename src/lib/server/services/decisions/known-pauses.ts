import type { SendPause } from '../../../core/access/decisions/sending';
import { SUBJECT_KINDS, type Principal, type SubjectKind } from '../../../core/access/decisions/view';
import { PLATFORM } from '../../../core/quotas/layers';

/** A pause of somebody (`administrator:<id>`) or of everybody (`platform`). */
export type KnownPause = { subject: string } & SendPause;

/** Pauses of sending, in memory, by whom they stop. */
export class KnownPauses {
  #pauses: ReadonlyMap<string, SendPause> = new Map();

  /** Everybody's; null: it is not paused. */
  get platform(): SendPause | null {
    return this.#pauses.get(PLATFORM) ?? null;
  }

  /** Somebody with the pause of theirs. */
  with(principal: Principal): Principal {
    if (this.#pauses.size === 0) return principal;
    const pause = this.#pauses.get(`${principal.kind}:${principal.id}`);
    return pause ? { ...principal, pause } : principal;
  }

  /** Takes in all that there are. @returns whose changed; null: nothing did. Everybody's is of nobody. */
  apply(pauses: readonly KnownPause[]): { kind: SubjectKind; id: string }[] | null {
    const before = this.#pauses;
    this.#pauses = new Map(pauses.map(({ subject, until }) => [subject, { until }]));
    const changed = [...new Set([...before.keys(), ...this.#pauses.keys()])].filter((subject) => {
      const [was, is] = [before.get(subject), this.#pauses.get(subject)];
      return was?.until !== is?.until || !was !== !is;
    });
    if (changed.length === 0) return null;
    return changed.flatMap((subject) => {
      const at = subject.indexOf(':');
      const kind = SUBJECT_KINDS.find((each) => each === subject.slice(0, at));
      return kind === undefined ? [] : [{ kind, id: subject.slice(at + 1) }];
    });
  }
}

import type { Binding } from './binding';
import type { CapId } from './caps';

/** Reason why somebody was refused to send. */
export type RefusedFor = 'cap' | 'paused' | 'suspended' | 'deactivated' | 'closed';

/** Owner of the cap that refused: the platform, the package, oneself, or everybody together. */
export type RefusingLayer = 'platform' | 'package' | 'own' | 'total';

/** One reason for which somebody was refused. `cap` and `layer` are null where no cap refused. */
export type SendRefusal = { reason: RefusedFor; cap: CapId | null; layer: RefusingLayer | null };

const BARS = ['paused', 'suspended', 'deactivated', 'closed'] as const;

/** The reason of a refusal; null of a sender that nobody knows. */
export function sendRefusal(reason: string, binding: Binding | null): SendRefusal | null {
  if (reason === 'cap')
    return { reason, cap: binding?.cap ?? null, layer: binding ? layerOf(binding) : null };
  const bar = BARS.find((each) => each === reason);
  return bar ? { reason: bar, cap: null, layer: null } : null;
}

function layerOf({ layer, source }: Binding): RefusingLayer {
  if (layer === 'platform') return 'total';
  return source === 'platform' || source === 'package' ? source : 'own';
}

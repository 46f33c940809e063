/**
 * A record by its kind and id: `role:support`, `person:0192…`, `settings:caps`. Whatever names a record names it so:
 * changes that wait on a device, documents, what a commit announces, whose sockets are judged anew.
 */
export type RecordRef<
  K extends
    | 'role'
    | 'user-role'
    | 'person'
    | 'application'
    | 'user'
    | 'package'
    | 'tenants'
    | 'route'
    | 'settings'
    | 'session'
    | 'members'
    | 'holders'
> = K extends string ? `${K}:${string}` : never;

/** Kind of a name: of `settings:caps`, `settings`; of a name without an id, itself. */
type KindOfRef<R extends string> = R extends `${infer K}:${string}` ? K : R;

/**
 * A name in its parts: `settings:caps` is the kind `settings` with the id `caps`; a name without an id is its own
 * kind.
 */
export function partsOfRef<R extends string>(ref: R): { kind: KindOfRef<R>; id: string } {
  const at = ref.indexOf(':');
  const [kind, id] = at < 0 ? [ref, ''] : [ref.slice(0, at), ref.slice(at + 1)];
  return { kind: kind as KindOfRef<R>, id };
}

/**
 * The id in a name of this kind: of `role:support`, `support`. Null for a name of another kind, and for one without
 * an id.
 */
export function idInRef(
  ref: string,
  kind: 'role' | 'user-role' | 'person' | 'settings' | 'session'
): string | null {
  return ref.startsWith(`${kind}:`) && ref.length > kind.length + 1 ? ref.slice(kind.length + 1) : null;
}

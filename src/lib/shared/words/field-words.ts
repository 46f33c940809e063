import { COUNTS } from '$lib/core/packages/counts';
import { SWITCHES } from '$lib/core/packages/switches';
import { BRAND_FIELDS } from '$lib/core/users/own-brand';
import { CAPS } from '$lib/core/quotas/caps';
import { counted } from '$lib/ui/counted';

const LABELS: Record<string, string> = {
  row: 'Row',
  name: 'Name',
  email: 'Email',
  status: 'Status',
  role: 'Role',
  roleId: 'Role',
  package: 'Package',
  packageId: 'Package',
  ipAllowlist: 'Allowed from',
  timeZone: 'Time zone',
  brandName: 'Name shown',
  brandAccent: 'Accent',
  brandLogo: 'Logo',
  ...Object.fromEntries([...CAPS, ...COUNTS, ...SWITCHES].map(({ id, label }) => [id, label]))
};

/** A field as its label says it: "Daily limit". */
export function fieldLabel(field: string): string {
  return LABELS[field] ?? field;
}

/** The same of a part of a record: "caps.perDay". */
export function partFieldLabel(key: string): string {
  return fieldLabel(key.replace(/^(caps|counts|switches)\./, ''));
}

/** Names of what fields refer to by id, and what is said of a setting that inherits. */
export type FieldNames = {
  roleName: (id: string) => string;
  packageName?: (id: string) => string;
  inherits?: string;
};

/** A value as people read it. */
export function fieldValue(
  field: string,
  value: string | number | boolean | null,
  { roleName, packageName = (id) => id, inherits = 'Platform default' }: FieldNames
): string {
  if (field === 'roleId') return roleName(String(value));
  if (field === 'packageId') return packageName(String(value));
  if (field === 'brandLogo' && value !== null) return 'Image';
  if (Object.hasOwn(BRAND_FIELDS, field) && value === null) return 'As the installation';
  if (value === 'inherit') return inherits;
  if (value === 'unlimited') return 'Unlimited';
  return typeof value === 'number' ? counted(value) : String(value ?? '');
}
